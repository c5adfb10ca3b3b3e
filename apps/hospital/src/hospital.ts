/**
 * The hospital, put together: store, ward, intake of step 2, alarms and step 3, on two listeners. `startHospital` opens
 * it and `stop` closes it in the order in which nothing is lost.
 */
import type { AddressInfo } from 'node:net';
import { ownCredential } from '@vitalseal/certifying-authority';
import type { Timestamp } from '@vitalseal/protocol';
import type { Clock } from '@vitalseal/recording';
import { systemClock } from '@vitalseal/recording';
import type { FastifyInstance } from 'fastify';
import pino, { type Logger } from 'pino';
import { ChannelRegistry } from './channels/channel-registry.ts';
import { AddressAllowance } from './devices/address-allowance.ts';
import { deviceListener } from './devices/device-listener.ts';
import { HandshakeResponder } from './handshake/handshake-responder.ts';
import type { Arrival, Outcome } from './intake/arrival.ts';
import { CommitArrivals } from './intake/commit-arrivals.ts';
import { GroupCommit } from './intake/group-commit.ts';
import { RecordIntake } from './intake/record-intake.ts';
import { Turnstile } from './intake/turnstile.ts';
import type { HospitalKeys } from './keys/hospital-keys.ts';
import { openStore, type StoreOptions } from './store/open-store.ts';
import { Ward } from './watch/ward.ts';

export interface HospitalOptions extends StoreOptions {
  readonly keys: HospitalKeys;
  readonly devices?: { readonly host?: string; readonly port?: number };
  /** What readings, alarms and T_H are timed by; the machine's own clock unless a recording is replayed. */
  readonly clock?: Clock;
  readonly logger?: Logger;
}

export interface Hospital {
  readonly devicesUrl: string;
  stop(): Promise<void>;
}

const groupRowLimit = 1024;
const halfOpenLimit = 1024;
const channelLifetimeMs = 24 * 3_600_000;

export async function startHospital(options: HospitalOptions): Promise<Hospital> {
  const { keys, devices = {}, clock = systemClock, logger = pino({ level: 'silent' }) } = options;
  const now = () => clock.now();
  const store = await openStore(options);
  const registry = new ChannelRegistry({ store, now: Date.now });
  const ward = await Ward.load({ store, hospital: keys.identity, timestamp });
  const turnstile = new Turnstile();
  const arrivals = new CommitArrivals({ store, ward, now });
  const group = new GroupCommit<readonly Arrival[], readonly Outcome[]>({
    turnstile,
    rowLimit: groupRowLimit,
    commit: (requests) => arrivals.commit(requests),
  });
  const intake = new RecordIntake({
    identity: keys.identity,
    registry,
    ward,
    group,
    timestamp: () => timestamp(now()),
    onUnopened: () => undefined,
  });
  const own = ownCredential({ chain: keys.chain, privateKey: keys.privateKey, present: 'x5chain' });
  const handshake = new HandshakeResponder({
    own,
    identity: keys.identity,
    anchors: keys.anchors,
    isRevoked: () => false,
    roles: ['patient'],
    step: 2,
    admits: async (peer) => {
      if (ward.numberOf(peer.id) === undefined) await turnstile.run(() => ward.refresh());
      return ward.numberOf(peer.id) !== undefined;
    },
    registry,
    now: Date.now,
    halfOpenLimit,
    channelLifetimeMs,
  });
  const server = deviceListener({
    tls: keys.tls,
    handshake,
    intake,
    handshakes: new AddressAllowance({ burst: 600, perSecond: 60, now: Date.now }),
    strangers: new AddressAllowance({ burst: 2000, perSecond: 100, now: Date.now }),
    logger,
  });
  await server.listen({ host: devices.host ?? '127.0.0.1', port: devices.port ?? 0 });
  return {
    devicesUrl: urlOf(server, 'https'),
    async stop() {
      await server.close();
      await turnstile.idle();
      await turnstile.run(() => ward.remember());
      await store.close();
    },
  };
}

function urlOf(server: FastifyInstance, scheme: string): string {
  const { port } = server.server.address() as AddressInfo;
  return `${scheme}://127.0.0.1:${port}`;
}

function timestamp(utcMs: number): Timestamp {
  return { utcMs, offsetMinutes: -new Date(utcMs).getTimezoneOffset() };
}
