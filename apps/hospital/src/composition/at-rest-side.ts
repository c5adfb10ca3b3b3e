/** What keeps watch over the store itself: that it is the newest there was, and that nothing in it outlives its time. */
import { believesClock } from '../at-rest/clock-doubt.ts';
import { pruneOutdated } from '../at-rest/prune-outdated.ts';
import { enforceRetention } from '../at-rest/retention.ts';
import { type Rollback, StoreAnchor, type StoreAnchorOptions } from '../at-rest/store-anchor.ts';
import { HospitalError } from '../errors.ts';
import type { HospitalCore } from './core.ts';

export interface AtRestSide {
  readonly rollback: Rollback | undefined;
  /** After each look, once a second. */
  look(): Promise<void>;
  /** About once a minute. A million readings take minutes to remove: alarms do not wait for it. */
  remembered(): void;
  /** The last act on the store. */
  end(): Promise<void>;
  /** Rejects when the store under the hospital is not the one it began with. */
  readonly failed: Promise<never>;
}

const looksAStep = 3;
const enforceEveryMs = 3_600_000;

/** Before the channels are used. */
export async function takeAnchor(options: StoreAnchorOptions, onRollback: (rollback: Rollback) => void) {
  const anchor = await StoreAnchor.take(options);
  if (anchor.rollback !== undefined) onRollback(anchor.rollback);
  return anchor;
}

export function atRestSide(core: HospitalCore, dataDir: string): AtRestSide {
  const { store, keys, anchor, registry, turnstile, now, logger, onProblem } = core;
  const servingSince = performance.now();
  let enforcedAt = Number.NEGATIVE_INFINITY;
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  let looks = 0;
  let lost = false;
  let ending = false;
  let enforcing: Promise<unknown> | undefined;
  const enforce = async () => {
    const wrappingKeys = await keys.keyStore.wrappingKeys();
    const turn = <Result>(work: () => Promise<Result>): Promise<Result> => {
      if (ending) throw new HospitalEnds();
      return turnstile.run(work);
    };
    const servedMs = performance.now() - servingSince;
    if (!(await turn(() => believesClock(store, { now: Date.now(), servedMs })))) {
      logger.warn(
        'the clock is much further than at the last look: nothing is removed for a day, or until it is set right',
      );
      return;
    }
    await enforceRetention(store, now(), { dataDir, wrappingKeys, turn });
    await turn(() => pruneOutdated(store, Date.now()));
  };
  return {
    rollback: anchor.rollback,
    failed: failed.promise,
    async look() {
      looks += 1;
      if (lost || looks % looksAStep !== 0 || (await anchor.step())) return;
      lost = true;
      logger.fatal(
        'the store was replaced while the hospital served from it: every channel is closed, and the hospital ends',
      );
      await registry.closeAll().catch(onProblem);
      failed.reject(
        new HospitalError('store-replaced', 'expected the store to stay the one that the hospital began with'),
      );
    },
    remembered() {
      if (performance.now() - enforcedAt < enforceEveryMs) return;
      if (enforcing !== undefined) return;
      enforcedAt = performance.now();
      enforcing = enforce()
        .catch((error) => {
          if (!(error instanceof HospitalEnds)) onProblem(error);
        })
        .finally(() => {
          enforcing = undefined;
        });
    },
    end: async () => {
      ending = true;
      await enforcing;
      if (!lost) await anchor.end();
    },
  };
}

/** What is left to remove is removed after the next start. */
class HospitalEnds extends Error {}
