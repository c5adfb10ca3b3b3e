// Any word of a session, which every person's device has, and what they are made of.
import fc from 'fast-check';
import { anyIdentity, anySequence, anyUtcMs } from '../wire/arbitrary.fixture.ts';
import { octets } from '../wire/cbor/arbitrary.fixture.ts';
import type { SessionFromHospital, SessionToHospital } from './session.ts';
import { counts, id, name, type } from './words.fixture.ts';

const purpose = fc.constantFrom<'unlock' | 'step-up'>('unlock', 'step-up');
export const method = fc.constantFrom<'passkey' | 'link'>('passkey', 'link');
export const credential = octets(1, 80);

export const passkey = fc.record(
  { passkey: credential, label: name, registeredAt: anyUtcMs, usedAt: anyUtcMs },
  { requiredKeys: ['passkey', 'label', 'registeredAt'] },
);
export const openSession = fc.record({
  session: id,
  person: anyIdentity,
  name,
  method,
  openedAt: anyUtcMs,
  expiresAt: anyUtcMs,
  activeAt: anyUtcMs,
  locked: fc.boolean(),
  connected: fc.boolean(),
});

export const fromSession: {
  readonly [T in SessionFromHospital['type']]: fc.Arbitrary<Extract<SessionFromHospital, { type: T }>>;
} = {
  welcome: fc.record(
    {
      type: type('welcome'),
      hospital: anyIdentity,
      name,
      at: anyUtcMs,
      clockSpeed: fc.integer({ min: 1, max: 1e6 }),
    },
    { requiredKeys: ['type', 'hospital', 'at', 'clockSpeed'] },
  ),
  complete: fc.record({ type: type('complete'), at: anyUtcMs }),
  session: fc.record({
    type: type('session'),
    session: id,
    person: anyIdentity,
    name,
    method,
    openedAt: anyUtcMs,
    expiresAt: anyUtcMs,
    idleMs: counts,
    stepUpMs: counts,
    verifiedAt: anyUtcMs,
    at: anyUtcMs,
  }),
  locked: fc.record({
    type: type('locked'),
    since: anyUtcMs,
    high: counts,
    medium: counts,
    low: counts,
    calls: counts,
    at: anyUtcMs,
  }),
  'session-ended': fc.record({
    type: type('session-ended'),
    reason: fc.constantFrom('expired', 'signed-out', 'revoked', 'removed'),
    at: anyUtcMs,
  }),
  challenge: fc.record({
    type: type('challenge'),
    to: anySequence,
    passkey: fc.boolean(),
    challenge: octets(0, 128),
    rpId: name,
    credentials: fc.array(credential, { maxLength: 3 }),
  }),
  'my-sessions': fc.record({
    type: type('my-sessions'),
    to: anySequence,
    sessions: fc.array(openSession, { maxLength: 3 }),
    passkeys: fc.array(passkey, { maxLength: 2 }),
  }),
  result: fc.record(
    { type: type('result'), to: anySequence, ok: fc.boolean(), code: id },
    { requiredKeys: ['type', 'to', 'ok'] },
  ),
};

export const emergency = {
  id,
  patient: anyIdentity,
  name,
  by: anyIdentity,
  byName: name,
  reason: name,
  since: anyUtcMs,
};
export const emergencyKeys = ['id', 'patient', 'by', 'byName', 'reason', 'since', 'until'] as const;
export const anyEmergency = fc.record(
  { type: type('emergency-access'), ...emergency, until: anyUtcMs },
  { requiredKeys: ['type', ...emergencyKeys] },
);

export const sessionWords: fc.Arbitrary<SessionToHospital>[] = [
  fc.record({ type: type('activity') }),
  fc.record({ type: type('lock') }),
  fc.record({ type: type('challenge'), for: purpose }),
  fc.record({ type: type('assertion'), for: purpose, response: fc.string({ maxLength: 200 }) }),
  fc.record({ type: type('sign-out') }),
  fc.record({ type: type('my-sessions') }),
  fc.record({ type: type('end-session'), session: id }),
  fc.record({ type: type('remove-passkey'), passkey: credential }),
];
export const subscribe = fc.record({ type: type('subscribe'), since: anyUtcMs }, { requiredKeys: ['type'] });
