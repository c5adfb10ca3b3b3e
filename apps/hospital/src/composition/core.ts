/**
 * What both sides of the hospital stand on: the store, the ward, the channels, who is revoked, who looks on, and the one
 * writer's turnstile.
 */

import { rootedFetch } from '@vitalseal/certifying-authority/node';
import { type Role, type Step, staffRoles, type Timestamp } from '@vitalseal/protocol';
import { systemClock } from '@vitalseal/recording';
import pino, { type Logger } from 'pino';
import type { StoreAnchor } from '../at-rest/store-anchor.ts';
import { AttestationDesk } from '../attestation/attestation-desk.ts';
import { nobodyRevoked, openRevocations, type Revocations } from '../authority/revocations.ts';
import { ChannelRegistry } from '../channels/channel-registry.ts';
import { AddressAllowance } from '../devices/address-allowance.ts';
import { HospitalError } from '../errors.ts';
import { HandshakeResponder } from '../handshake/handshake-responder.ts';
import { Metrics } from '../health/metrics.ts';
import { lastUsedChannel } from '../intake/kept-keys.ts';
import { Turnstile } from '../intake/turnstile.ts';
import type { HospitalKeys } from '../keys/hospital-keys.ts';
import { LiveKeys } from '../keys/live-keys.ts';
import { closeChannelsOfOtherKey } from '../keys/step3-channels.ts';
import { failureOf } from '../listener/answer-errors.ts';
import { Access } from '../people/access.ts';
import { LiveFeeds } from '../people/live-feeds.ts';
import { OpenCalls } from '../people/open-calls.ts';
import { callKeeper, watchKeeper } from '../people/watch-keeper.ts';
import { EndedCertificates } from '../sessions/revoke-ended.ts';
import { Sessions } from '../sessions/sessions.ts';
import { type PartyHere, partyHere } from '../sign-in/relying-party.ts';
import { signInSettings } from '../sign-in/sign-in-settings.ts';
import { type StaffRegistrar, staffRegistrar } from '../sign-in/staff-registrar.ts';
import { wrappingKeysNow } from '../store/open-hospital-store.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { Ward } from '../watch/ward.ts';
import { takeAnchor } from './at-rest-side.ts';
import type { Closers } from './closers.ts';
import type { Allowance, HospitalOptions } from './hospital-options.ts';

export interface HospitalCore {
  /** Who the hospital is, and what it trusts; keys that may be replaced while it runs are asked of `live`. */
  readonly keys: Pick<HospitalKeys, 'identity' | 'anchors' | 'keyStore'>;
  readonly live: LiveKeys;
  readonly store: Store;
  readonly anchor: StoreAnchor;
  readonly ward: Ward;
  readonly turnstile: Turnstile;
  readonly registry: ChannelRegistry;
  readonly feeds: LiveFeeds;
  readonly sessions: Sessions;
  /** Has staff certified, where an authority is known. */
  readonly staffRegistrar: StaffRegistrar | undefined;
  readonly endedCertificates: EndedCertificates;
  /** Whom passkeys are for. */
  readonly party: PartyHere;
  readonly revocations: Revocations;
  readonly metrics: Metrics;
  /** Answers which release runs here. */
  readonly attestation: AttestationDesk;
  readonly handshakes: { readonly patients: HandshakeResponder; readonly people: HandshakeResponder };
  /** Charged by each handshake message, and by each record that no channel opens: both listeners together. */
  readonly allowances: { readonly handshakes: AddressAllowance; readonly strangers: AddressAllowance };
  readonly fetch: ReturnType<typeof rootedFetch>;
  readonly logger: Logger;
  /** UTC ms on the clinical clock. */
  readonly now: () => number;
  readonly onProblem: (error: unknown) => void;
}

const halfOpenLimit = 1024;
const channelLifetimeMs = 24 * 3_600_000;

export async function openCore(options: HospitalOptions, closers: Closers): Promise<HospitalCore> {
  const { keys, clock = systemClock, clockSpeed = 1, logger = pino({ level: 'silent' }), authorityUrl } = options;
  const { identity } = keys;
  const now = () => clock.now();
  const onProblem = (error: unknown) => logger.error({ failure: failureOf(error) }, 'background work failed');
  const [root] = keys.anchors;
  const [leaf, issuing] = keys.chain;
  if (root === undefined || leaf === undefined || issuing === undefined) {
    throw new HospitalError('not-initialised', 'expected a certificate of the hospital with its issuer and root');
  }

  const wrappingKeys = await keys.keyStore.wrappingKeys();
  const store = await openStore({
    ...options,
    wrappingKeys,
    wrappingKeysNow: () => wrappingKeysNow(keys.keyStore),
    onIdleError: onProblem,
    onRefused: onProblem,
  });
  closers.add(() => store.close());
  // Before anything is believed that the store says of channels.
  const anchor = await takeAnchor(
    {
      store,
      dataDir: options.dataDir,
      counter: keys.keyStore.counter,
      onProblem,
      wrappingKeys: () => keys.keyStore.wrappingKeys(),
    },
    (rollback) => logger.fatal(rollback, 'the store is not the newest there was: every channel is closed'),
  );
  const softwareKeys = keys.keyStore.kind === 'software';
  const settings = signInSettings(options.signIn);
  const party = partyHere(settings);
  const calls = new OpenCalls(() => ward);
  const hasCall = (patient: number, crew: string) => calls.isFor(patient, crew);
  const access = new Access({ store, ward: () => ward, hasCall, now: Date.now });
  const feeds = new LiveFeeds({
    ward: () => ward,
    sessions: () => sessions,
    access,
    calls,
    onWatch: watchKeeper({ store, ward: () => ward }),
    onCallSeen: callKeeper({ store, ward: () => ward }),
    hospital: identity,
    softwareKeys,
    clockSpeed: wholeSpeed(clockSpeed),
    now,
  });
  const isWatched = () => feeds.size > 0;
  const callsOf = (patient: number) => calls.ofPatient(patient);
  const ward = await Ward.load({ store, hospital: identity, timestamp, isWatched, callsOf, onProblem });
  await calls.load(store);
  await access.load();
  let revocations = nobodyRevoked;
  const isRevoked = (serial: string) => revocations.isRevoked(serial) || sessions.hasEnded(serial);
  const onClosed = (channel: Parameters<LiveFeeds['cut']>[0]) => feeds.cut(channel);
  const registry = new ChannelRegistry({ store, now: Date.now, isRevoked, onClosed });
  const turnstile = new Turnstile();
  const live = new LiveKeys({ keys, store, onProblem });
  closers.add(() => live.idle());
  const registrar = authorityUrl === undefined ? undefined : staffRegistrar(() => live.current, authorityUrl);
  const endedCertificates = new EndedCertificates(store, registrar, onProblem);
  const sessions = await Sessions.load({
    store,
    settings,
    now: Date.now,
    // A store that was put back does not know who was shut out since.
    distrusted: anchor.rollback !== undefined,
    onLocked: (session) => feeds.beginAnew(session),
    onEnded: (ended) => {
      feeds.farewell(ended);
      const serials = new Set(ended.map(({ session }) => session.serial));
      void registry.closeRevoked((serial) => serials.has(serial)).catch(onProblem);
      endedCertificates.revokeDue();
      feeds.tellOffice('sessions');
    },
  });
  closers.add(() => endedCertificates.idle());
  await sessions.settle();
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
  closers.add(() => revocations.close());
  await registry.closeRevoked(isRevoked);
  const endOtherChannels = async (serving: HospitalKeys) => {
    const closed = await closeChannelsOfOtherKey({ store, registry }, serving);
    if (closed > 0) logger.warn({ closed }, "channels of the hospital's key before this one closed");
  };
  await endOtherChannels(keys);
  live.onReplaced(endOtherChannels);

  const responder = (step: Step, roles: readonly Role[]) =>
    new HandshakeResponder({
      own: () => live.own,
      identity,
      anchors: keys.anchors,
      isRevoked,
      roles,
      step,
      admits: async ({ identity: peer, serials, certificate }) => {
        // Perhaps written a moment ago by another process.
        if (!ward.knows(peer)) await turnstile.run(() => ward.refresh());
        if (!ward.knows(peer)) return undefined;
        if (peer.role === 'patient') return { until: Number.POSITIVE_INFINITY };
        const session = await sessions.admit(peer, serials.at(-1), certificate);
        return session && { until: session.expiresAt };
      },
      registry,
      lastUsed: async ({ identity: peer, serials }) => {
        const patient = peer.role === 'patient' ? ward.numberOf(peer.id) : undefined;
        const serial = serials.at(-1);
        return patient === undefined || serial === undefined ? undefined : lastUsedChannel(store, patient, serial);
      },
      now: Date.now,
      halfOpenLimit,
      channelLifetimeMs,
    });
  const handshakes = { patients: responder(2, ['patient']), people: responder(3, staffRoles) };
  const metrics = new Metrics({
    patients: () => ward.size,
    feeds: () => feeds.size,
    halfOpen: () => handshakes.patients.halfOpen + handshakes.people.halfOpen,
    callsWaiting: () => calls.waiting,
    revocationListAgeSeconds: () => (revocations.state()?.ageMs ?? 0) / 1000,
  });
  return {
    keys,
    live,
    store,
    anchor,
    ward,
    turnstile,
    registry,
    feeds,
    sessions,
    staffRegistrar: registrar,
    endedCertificates,
    party,
    revocations,
    metrics,
    attestation: new AttestationDesk({ dataDir: options.dataDir, keys: () => live.current, registry }),
    handshakes,
    allowances: {
      handshakes: allowance(options.handshakeAllowance ?? { burst: 600, perSecond: 60 }),
      strangers: allowance(options.strangerAllowance ?? { burst: 2000, perSecond: 100 }),
    },
    fetch,
    logger,
    now,
    onProblem,
  };
}

export function allowance({ burst, perSecond }: Allowance): AddressAllowance {
  return new AddressAllowance({ burst, perSecond, now: Date.now });
}

/** T_H. */
export function timestamp(utcMs: number): Timestamp {
  return { utcMs, offsetMinutes: -new Date(utcMs).getTimezoneOffset() };
}

function wholeSpeed(speed: number): number {
  return Math.max(1, Math.round(speed));
}
