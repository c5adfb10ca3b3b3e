/** What keeps watch over the store itself: that it is the newest there was, and that nothing in it outlives its time. */
import { type Rollback, StoreAnchor, type StoreAnchorOptions } from '../at-rest/store-anchor.ts';
import { HospitalError } from '../errors.ts';
import type { HospitalCore } from './core.ts';

export interface AtRestSide {
  readonly rollback: Rollback | undefined;
  /** After each look, once a second. */
  look(): Promise<void>;
  /** The last act on the store. */
  end(): Promise<void>;
  /** Rejects when the store under the hospital is not the one it began with. */
  readonly failed: Promise<never>;
}

const looksAStep = 3;

/** Before the channels are used. */
export async function takeAnchor(options: StoreAnchorOptions, onRollback: (rollback: Rollback) => void) {
  const anchor = await StoreAnchor.take(options);
  if (anchor.rollback !== undefined) onRollback(anchor.rollback);
  return anchor;
}

export function atRestSide({ anchor, registry, logger, onProblem }: HospitalCore): AtRestSide {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  let looks = 0;
  let lost = false;
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
    end: async () => {
      if (!lost) await anchor.end();
    },
  };
}
