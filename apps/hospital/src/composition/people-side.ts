/** Step 3's side: pages and live feeds, what clinicians ask, health and metrics. */
import type { FastifyInstance } from 'fastify';
import type { AlarmOutbox } from '../alarms/alarm-outbox.ts';
import type { LogKeeper } from '../audit/log-keeper.ts';
import type { CardSessions } from '../card-administration/card-sessions.ts';
import { HospitalError } from '../errors.ts';
import type { HealthCheck } from '../health/health.ts';
import type { RecordIntake } from '../intake/record-intake.ts';
import { peopleListener } from '../people/people-listener.ts';
import { StreamDesk } from '../people/stream-desk.ts';
import { appSide } from './app-side.ts';
import { allowance, type HospitalCore } from './core.ts';
import type { HospitalOptions } from './hospital-options.ts';
import { desksOf } from './staff-side.ts';

const feedLimit = 1000;
const drainTimeoutMs = 15_000;

export interface PeopleSide {
  readonly server: FastifyInstance;
  readonly host: string;
  readonly scheme: 'http' | 'https';
}

export interface PeopleSideParts {
  readonly outbox: AlarmOutbox;
  readonly health: HealthCheck;
  readonly keeper: LogKeeper;
  /** What patients' apps bring comes to the same intake as what cards bring by themselves. */
  readonly intake: RecordIntake;
  readonly cards: CardSessions;
}

export async function peopleSide(
  core: HospitalCore,
  options: HospitalOptions,
  { outbox, health, keeper, intake, cards }: PeopleSideParts,
): Promise<PeopleSide> {
  const { live, metrics, handshakes, allowances, fetch, logger, onProblem } = core;
  const { people = {}, authorityUrl, pages = {}, feedWaitingLimit = 4096 } = options;
  const host = people.host ?? '127.0.0.1';
  const tls = people.tls ?? !isLoopback(host);
  if (!tls && !isLoopback(host)) {
    throw new HospitalError('insecure-listener', 'expected TLS on every interface but the loopback one');
  }
  const { personDesk, signInDesk } = desksOf(core, options, keeper);
  const waitingLimit = feedWaitingLimit;
  const streamDesk = new StreamDesk({ ...core, outbox, feedLimit, waitingLimit, drainTimeoutMs, onProblem });
  const server = await peopleListener({
    tls: tls ? live.current.tls : undefined,
    handshake: handshakes.people,
    handshakes: allowances.handshakes,
    strangers: allowances.strangers,
    attestation: { desk: core.attestation, allowance: allowances.handshakes },
    phones: {
      handshake: handshakes.patients,
      handshakes: allowances.handshakes,
      strangers: allowances.strangers,
      attestation: { desk: core.attestation, allowance: allowances.handshakes },
      intake,
      cards,
    },
    enrolments: allowance({ burst: 120, perSecond: 2 }),
    signIn: { desk: signInDesk, allowance: allowance({ burst: 120, perSecond: 1 }) },
    message: (record) => personDesk.answer(record),
    stream: (record, output, headers) => streamDesk.open(record, output, headers),
    authority: authorityUrl === undefined ? undefined : { url: authorityUrl, fetch },
    pages,
    app: await appSide(core, options),
    health: () => health.check(),
    metrics: () => metrics.exposition(),
    logger,
  });
  return { server, host, scheme: tls ? 'https' : 'http' };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
