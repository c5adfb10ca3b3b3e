/** Step 2's side: records in, one group commit, acknowledgements out. Cards are administered at the same port. */
import type { FastifyInstance } from 'fastify';
import { deviceListener } from '../devices/device-listener.ts';
import type { UnopenedTally } from '../health/unopened-tally.ts';
import type { Arrival, Outcome } from '../intake/arrival.ts';
import { CommitArrivals } from '../intake/commit-arrivals.ts';
import { GroupCommit } from '../intake/group-commit.ts';
import { RecordIntake } from '../intake/record-intake.ts';
import { failureOf } from '../listener/answer-errors.ts';
import type { CardSide } from './card-side.ts';
import { type HospitalCore, timestamp } from './core.ts';

const groupRowLimit = 1024;

export interface DeviceSide {
  readonly server: FastifyInstance;
  /** Of records, whatever listener they come to. */
  readonly intake: RecordIntake;
}

export function deviceSide(
  core: HospitalCore,
  unopened: UnopenedTally,
  { administration, door }: CardSide,
): DeviceSide {
  const { keys, live, revocations, registry, turnstile, metrics, handshakes, allowances, logger, now } = core;
  const arrivals = new CommitArrivals({ ...core, identity: keys.identity });
  const group = new GroupCommit<readonly Arrival[], readonly Outcome[]>({
    turnstile,
    rowLimit: groupRowLimit,
    commit: async (requests) => {
      const startedAt = performance.now();
      try {
        const outcomes = await arrivals.commit(requests);
        metrics.committed((performance.now() - startedAt) / 1000, outcomes);
        return outcomes;
      } catch (error) {
        metrics.commitFailed();
        logger.error({ failure: failureOf(error) }, 'commit failed: nothing was acknowledged');
        throw error;
      }
    },
  });
  const intake = new RecordIntake({
    registry,
    group,
    timestamp: () => timestamp(now()),
    onUnopened: (code, count) => {
      unopened.add(code, count);
      metrics.refused(code, count);
    },
  });
  const server = deviceListener({
    tls: live.current.tls,
    anchors: keys.anchors,
    isRevoked: (serial) => revocations.isRevoked(serial),
    handshake: handshakes.patients,
    intake,
    handshakes: allowances.handshakes,
    strangers: allowances.strangers,
    attestation: { desk: core.attestation, allowance: allowances.handshakes },
    cards: { administration, door, strangers: allowances.strangers },
    logger,
  });
  return { server, intake };
}
