/**
 * The hospital, put together: store, ward, intake of step 2, alarms and step 3, on two listeners. `startHospital` opens
 * it and `stop` closes it in the order in which nothing is lost.
 */
import type { AddressInfo } from 'node:net';
import { ownCredential, x5t } from '@vitalseal/certifying-authority';
import { rootedFetch } from '@vitalseal/certifying-authority/node';
import type { Timestamp } from '@vitalseal/protocol';
import { type Clock, systemClock } from '@vitalseal/recording';
import type { FastifyInstance } from 'fastify';
import pino, { type Logger } from 'pino';
import { AlarmOutbox } from './alarms/alarm-outbox.ts';
import { nobodyRevoked, openRevocations } from './authority/revocations.ts';
import { ChannelRegistry } from './channels/channel-registry.ts';
import { AddressAllowance } from './devices/address-allowance.ts';
import { deviceListener } from './devices/device-listener.ts';
import { HospitalError } from './errors.ts';
import { HandshakeResponder } from './handshake/handshake-responder.ts';
import { HealthCheck } from './health/health.ts';
import { Metrics } from './health/metrics.ts';
import { UnopenedTally } from './health/unopened-tally.ts';
import type { Arrival, Outcome } from './intake/arrival.ts';
import { CommitArrivals } from './intake/commit-arrivals.ts';
import { GroupCommit } from './intake/group-commit.ts';
import { RecordIntake } from './intake/record-intake.ts';
import { Turnstile } from './intake/turnstile.ts';
import type { HospitalKeys } from './keys/hospital-keys.ts';
import { failureOf } from './listener/answer-errors.ts';
import { LiveFeeds } from './people/live-feeds.ts';
import { peopleListener } from './people/people-listener.ts';
import { PersonDesk } from './people/person-desk.ts';
import { StreamDesk } from './people/stream-desk.ts';
import { openStore, type StoreOptions } from './store/open-store.ts';
import { PassingTime } from './watch/passing-time.ts';
import { Ward } from './watch/ward.ts';

export interface ListenerAddress {
  /** 127.0.0.1 unless said otherwise. */
  readonly host?: string | undefined;
  /** 0 or left out: any free port. */
  readonly port?: number | undefined;
}

export interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
}

export interface HospitalOptions extends StoreOptions {
  readonly keys: HospitalKeys;
  readonly devices?: ListenerAddress;
  /** TLS unless it listens on the loopback interface. */
  readonly people?: ListenerAddress & { readonly tls?: boolean };
  /** Origin of the certifying authority; without it nobody is ever revoked and no page can enrol. */
  readonly authorityUrl?: string | undefined;
  /** Folders of the built pages. */
  readonly pages?: { readonly doctor?: string | undefined; readonly ambulance?: string | undefined };
  /** What readings, alarms and T_H are timed by: the machine's own clock unless a recording is replayed. */
  readonly clock?: Clock;
  /** Hospital time per real time, told to the pages. */
  readonly clockSpeed?: number;
  readonly logger?: Logger;
  /** Handshake messages that one address may send. */
  readonly handshakeAllowance?: Allowance;
  /** Live feed: messages that may wait for a slow reader. */
  readonly feedWaitingLimit?: number;
}

export interface Hospital {
  readonly devicesUrl: string;
  readonly peopleUrl: string;
  /** Drains, commits, closes. */
  stop(): Promise<void>;
}

const groupRowLimit = 1024;
const halfOpenLimit = 1024;
const channelLifetimeMs = 24 * 3_600_000;
const feedLimit = 1000;
const drainTimeoutMs = 15_000;

export async function startHospital(options: HospitalOptions): Promise<Hospital> {
  const { keys, clock = systemClock, clockSpeed = 1, logger = pino({ level: 'silent' }), authorityUrl } = options;
  const { identity } = keys;
  const now = () => clock.now();
  const onProblem = (error: unknown) => logger.error({ failure: failureOf(error) }, 'background work failed');
  const closers: (() => Promise<unknown> | unknown)[] = [];
  const closeAll = async () => {
    for (const close of closers.reverse()) await Promise.resolve(close()).catch(onProblem);
  };

  const store = await openStore({ ...options, onIdleError: onProblem });
  closers.push(() => store.close());
  try {
    const feeds = new LiveFeeds({
      store,
      ward: () => ward,
      hospital: identity,
      clockSpeed: wholeSpeed(clockSpeed),
      now,
    });
    const ward = await Ward.load({ store, hospital: identity, timestamp, isWatched: () => feeds.size > 0 });
    await feeds.load();
    let revocations = nobodyRevoked;
    const isRevoked = (serial: string) => revocations.isRevoked(serial);
    const registry = new ChannelRegistry({
      store,
      now: Date.now,
      isRevoked,
      onClosed: (channel) => feeds.cut(channel),
    });
    const turnstile = new Turnstile();
    const parts = { store, ward, now };
    const [root] = keys.anchors;
    const [leaf, issuing] = keys.chain;
    if (root === undefined || leaf === undefined || issuing === undefined) {
      throw new HospitalError('not-initialised', 'expected a certificate of the hospital with its issuer and root');
    }
    const fetch = rootedFetch(root);
    if (authorityUrl !== undefined) {
      revocations = await openRevocations({
        store,
        url: authorityUrl,
        fetch,
        root,
        issuing,
        onRevoked: async (listed) => {
          const closed = await registry.closeRevoked(listed);
          if (closed > 0) logger.warn({ closed }, 'channels of revoked certificates closed');
        },
        onProblem: (problem) => logger.warn({ code: problem.code }, 'revocation list'),
      });
    }
    closers.push(() => revocations.close());
    await registry.closeRevoked(isRevoked);

    const own = ownCredential({ chain: keys.chain, privateKey: keys.privateKey, present: 'x5chain' });
    const outbox = new AlarmOutbox({
      store,
      hospital: identity,
      sign: own.sign,
      signerReference: await x5t(leaf),
      doctors: () => feeds.doctors(),
      now,
      onProblem,
    });
    const responder = (step: 2 | 3) =>
      new HandshakeResponder({
        own,
        identity,
        anchors: keys.anchors,
        isRevoked,
        roles: step === 2 ? ['patient'] : ['doctor', 'ambulance'],
        step,
        admits: async (peer) => {
          if (ward.knows(peer)) return true;
          // Perhaps written a moment ago by another process.
          await turnstile.run(() => ward.refresh());
          return ward.knows(peer);
        },
        registry,
        now: Date.now,
        halfOpenLimit,
        channelLifetimeMs,
      });
    const handshakes = { patients: responder(2), people: responder(3) };

    const metrics = new Metrics({
      patients: () => ward.size,
      feeds: () => feeds.size,
      halfOpen: () => handshakes.patients.halfOpen + handshakes.people.halfOpen,
      callsWaiting: () => feeds.callsWaiting,
      revocationListAgeSeconds: () => (revocations.state()?.ageMs ?? 0) / 1000,
    });
    const unopened = new UnopenedTally(store);
    const arrivals = new CommitArrivals({ ...parts, identity });
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
    ward.listen((events) => {
      for (const event of events) {
        if (event.type === 'alarm' && event.alarm.state === 'raised') metrics.alarmRaised(event.alarm.priority);
      }
      feeds.tell(events);
      if (events.some(({ type }) => type === 'delivery')) outbox.kick();
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
    const allowance = ({ burst, perSecond }: Allowance) => new AddressAllowance({ burst, perSecond, now: Date.now });
    const handshakeAllowance = allowance(options.handshakeAllowance ?? { burst: 600, perSecond: 60 });
    const strangers = allowance({ burst: 2000, perSecond: 100 });
    const { tls } = keys;
    const devices = deviceListener({
      tls,
      handshake: handshakes.patients,
      intake,
      handshakes: handshakeAllowance,
      strangers,
      logger,
    });
    const personDesk = new PersonDesk({ ...parts, registry, turnstile, feeds });
    const streamDesk = new StreamDesk({
      ...parts,
      registry,
      turnstile,
      feeds,
      outbox,
      feedLimit,
      waitingLimit: options.feedWaitingLimit ?? 4096,
      drainTimeoutMs,
      onProblem,
    });
    const health = new HealthCheck({
      store,
      revocations,
      now,
      sinceLastLookMs: () => time.sinceLastLookMs,
      feeds: () => feeds.size,
      callsWaiting: () => feeds.callsWaiting,
      onCall: () => ward.onCall,
    });
    const peopleHost = options.people?.host ?? '127.0.0.1';
    const peopleTls = options.people?.tls ?? !isLoopback(peopleHost);
    if (!peopleTls && !isLoopback(peopleHost)) {
      throw new HospitalError('insecure-listener', 'expected TLS on every interface but the loopback one');
    }
    const people = await peopleListener({
      tls: peopleTls ? tls : undefined,
      handshake: handshakes.people,
      handshakes: handshakeAllowance,
      strangers,
      enrolments: allowance({ burst: 120, perSecond: 2 }),
      message: (record) => personDesk.answer(record),
      stream: (record, output, headers) => streamDesk.open(record, output, headers),
      authority: authorityUrl === undefined ? undefined : { url: authorityUrl, fetch },
      pages: options.pages ?? {},
      health: () => health.check(),
      metrics: () => metrics.exposition(),
      logger,
    });
    const time = new PassingTime({
      ...parts,
      turnstile,
      onProblem,
      onRemembered: () => registry.closeExpired(),
      onLooked: async () => {
        outbox.look();
        await unopened.flush();
      },
    });

    closers.push(
      () => unopened.flush(),
      () => turnstile.run(() => ward.remember()),
      () => outbox.idle(),
      () => time.stop(),
      () => devices.close(),
      () => people.close(),
      () => feeds.stop(),
    );
    await devices.listen({ host: options.devices?.host ?? '127.0.0.1', port: options.devices?.port ?? 0 });
    await people.listen({ host: peopleHost, port: options.people?.port ?? 0 });
    time.start();
    return {
      devicesUrl: urlOf(devices, 'https'),
      peopleUrl: urlOf(people, peopleTls ? 'https' : 'http'),
      stop: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function wholeSpeed(speed: number): number {
  return Math.max(1, Math.round(speed));
}

function urlOf(server: FastifyInstance, scheme: string): string {
  const { port, address, family } = server.server.address() as AddressInfo;
  const host = address === '0.0.0.0' || address === '::' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `${scheme}://${host}:${port}`;
}

function timestamp(utcMs: number): Timestamp {
  return { utcMs, offsetMinutes: -new Date(utcMs).getTimezoneOffset() };
}
