import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import {
  anyIdentity,
  anyLocation,
  anyMeasurement,
  anyReading,
  anySequence,
  anyTimestamp,
  anyUtcMs,
} from '../wire/arbitrary.fixture.ts';
import { octets } from '../wire/cbor/arbitrary.fixture.ts';
import { holdsCodec } from '../wire/codec.fixture.ts';
import { type AlarmNotice, decodeAlarmNotice, encodeAlarmNotice } from './alarm-notice.ts';
import { type AlarmSummary, alarmPriorities, alarmStates, type News2Summary } from './clinical-summary.ts';
import { dispatchStates } from './dispatch.ts';
import { type DoctorToHospital, decodeDoctorToHospital, encodeDoctorToHospital } from './doctor-to-hospital.ts';
import { decodeHospitalToDoctor, encodeHospitalToDoctor, type HospitalToDoctor } from './hospital-to-doctor.ts';
import {
  decodeHospitalToOffice,
  encodeHospitalToOffice,
  type HospitalToOffice,
  officeTopics,
} from './hospital-to-office.ts';
import { decodeOfficeToHospital, encodeOfficeToHospital, type OfficeToHospital } from './office-to-hospital.ts';
import type { SessionFromHospital, SessionToHospital } from './session.ts';

const name = fc.string({ unit: 'grapheme', maxLength: 30 });
const id = fc.stringMatching(/^[A-Za-z0-9-]{1,36}$/);
const points = fc.option(fc.integer({ min: 0, max: 3 }));
const priority = fc.constantFrom(...alarmPriorities);
const reasons = fc.array(name, { maxLength: 4 });

const anyNews2: fc.Arbitrary<News2Summary> = fc.record({
  total: fc.integer({ min: 0, max: 20 }),
  known: fc.integer({ min: 0, max: 7 }),
  of: fc.constant<7>(7),
  parts: fc.record({
    respiration: points,
    spo2: points,
    oxygen: points,
    systolic: points,
    pulse: points,
    consciousness: points,
    temperature: points,
  }),
  risk: fc.constantFrom('low', 'low-medium', 'medium', 'high', 'unknown'),
});

const anyAlarm: fc.Arbitrary<AlarmSummary> = fc.record(
  {
    id,
    rule: name,
    priority,
    state: fc.constantFrom(...alarmStates),
    reasons,
    raisedAt: anyUtcMs,
    acknowledged: fc.record({ by: anyIdentity, at: anyUtcMs }),
    escalatedAt: anyUtcMs,
    resolvedAt: anyUtcMs,
  },
  { requiredKeys: ['id', 'rule', 'priority', 'state', 'reasons', 'raisedAt'] },
);

const anyNotice: fc.Arbitrary<AlarmNotice> = fc.record(
  {
    alarm: id,
    patient: anyIdentity,
    patientName: name,
    hospital: anyIdentity,
    sentAt: anyTimestamp,
    sequence: anySequence,
    location: anyLocation,
    rule: name,
    priority,
    reasons,
    readings: fc.array(anyReading, { maxLength: 3 }),
    news2: anyNews2,
  },
  {
    requiredKeys: ['alarm', 'patient', 'hospital', 'sentAt', 'sequence', 'rule', 'priority', 'reasons', 'readings'],
  },
);

const type = <T extends string>(text: T): fc.Arbitrary<T> => fc.constant(text);
const readings = fc.array(anyReading, { maxLength: 3 });

const purpose = fc.constantFrom<'unlock' | 'step-up'>('unlock', 'step-up');
const counts = fc.integer({ min: 0, max: 1e6 });
const method = fc.constantFrom<'passkey' | 'link'>('passkey', 'link');
const credential = octets(1, 80);

const passkey = fc.record(
  { passkey: credential, label: name, registeredAt: anyUtcMs, usedAt: anyUtcMs },
  { requiredKeys: ['passkey', 'label', 'registeredAt'] },
);
const openSession = fc.record({
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

const fromSession: {
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

const emergency = { id, patient: anyIdentity, name, by: anyIdentity, byName: name, reason: name, since: anyUtcMs };
const emergencyKeys = ['id', 'patient', 'by', 'byName', 'reason', 'since', 'until'] as const;
const anyEmergency = fc.record(
  { type: type('emergency-access'), ...emergency, until: anyUtcMs },
  { requiredKeys: ['type', ...emergencyKeys] },
);

const fromHospital: { readonly [T in HospitalToDoctor['type']]: fc.Arbitrary<Extract<HospitalToDoctor, { type: T }>> } =
  {
    ...fromSession,
    patient: fc.record(
      {
        type: type('patient'),
        patient: anyIdentity,
        name,
        bed: name,
        scale: fc.constantFrom<1 | 2>(1, 2),
        news2: anyNews2,
        alarms: fc.array(anyAlarm, { maxLength: 3 }),
        last: fc.array(
          fc.record(
            {
              measurement: anyMeasurement,
              measuredAt: anyUtcMs,
              source: fc.constantFrom('standard-sensor' as const, 'entered' as const),
            },
            { requiredKeys: ['measurement', 'measuredAt'] },
          ),
          { maxLength: 8 },
        ),
        location: anyLocation,
        at: anyUtcMs,
      },
      { requiredKeys: ['type', 'patient', 'name', 'scale', 'alarms', 'last', 'at'] },
    ),
    history: fc.record({ type: type('history'), patient: anyIdentity, readings, more: fc.boolean() }),
    past: fc.record({ type: type('past'), patient: anyIdentity, from: anyUtcMs, at: anyUtcMs }),
    reading: fc.record(
      { type: type('reading'), patient: anyIdentity, reading: anyReading, news2: anyNews2, at: anyUtcMs },
      { requiredKeys: ['type', 'patient', 'reading', 'at'] },
    ),
    alarm: fc.record({ type: type('alarm'), envelope: octets(1, 300) }),
    'alarm-state': fc.record(
      {
        type: type('alarm-state'),
        alarm: id,
        patient: anyIdentity,
        state: fc.constantFrom(...alarmStates),
        by: anyIdentity,
        at: anyUtcMs,
      },
      { requiredKeys: ['type', 'alarm', 'patient', 'state', 'at'] },
    ),
    dispatch: fc.record(
      {
        type: type('dispatch'),
        dispatch: id,
        alarm: id,
        patient: anyIdentity,
        name,
        priority,
        reasons,
        location: anyLocation,
        readings,
        news2: anyNews2,
        state: fc.constantFrom(...dispatchStates),
        at: anyUtcMs,
      },
      { requiredKeys: ['type', 'dispatch', 'patient', 'name', 'priority', 'reasons', 'readings', 'state', 'at'] },
    ),
    'emergency-access': anyEmergency,
  };

const toOffice: { readonly [T in HospitalToOffice['type']]: fc.Arbitrary<Extract<HospitalToOffice, { type: T }>> } = {
  ...fromSession,
  changed: fc.record({ type: type('changed'), what: fc.constantFrom(...officeTopics) }),
  watch: fc.record({
    type: type('watch'),
    doctorsOnCall: counts,
    doctorsSeeing: counts,
    crewsOnCall: counts,
    crewsSeeing: counts,
    at: anyUtcMs,
  }),
  people: fc.record({
    type: type('people'),
    to: anySequence,
    people: fc.array(
      fc.record(
        {
          person: anyIdentity,
          name,
          tier: fc.integer({ min: 1, max: 9 }),
          onCall: fc.boolean(),
          invitedUntil: anyUtcMs,
          sessions: counts,
          passkeys: fc.array(passkey, { maxLength: 2 }),
        },
        { requiredKeys: ['person', 'name', 'tier', 'onCall', 'sessions', 'passkeys'] },
      ),
      { maxLength: 3 },
    ),
  }),
  invitation: fc.record({
    type: type('invitation'),
    to: anySequence,
    person: anyIdentity,
    link: fc.webUrl(),
    expiresAt: anyUtcMs,
  }),
  sessions: fc.record({
    type: type('sessions'),
    to: anySequence,
    sessions: fc.array(openSession, { maxLength: 3 }),
  }),
  'care-teams': fc.record({
    type: type('care-teams'),
    to: anySequence,
    patients: fc.array(fc.record({ patient: anyIdentity, name, team: fc.array(anyIdentity, { maxLength: 3 }) }), {
      maxLength: 3,
    }),
  }),
  devices: fc.record({
    type: type('devices'),
    to: anySequence,
    cards: fc.array(
      fc.record(
        { card: id, patient: anyIdentity, stage: id, invitedAt: anyUtcMs, seenAt: anyUtcMs },
        { requiredKeys: ['card', 'patient', 'stage', 'invitedAt'] },
      ),
      { maxLength: 3 },
    ),
  }),
  emergencies: fc.record({
    type: type('emergencies'),
    to: anySequence,
    accesses: fc.array(fc.record({ ...emergency, until: anyUtcMs }, { requiredKeys: [...emergencyKeys] }), {
      maxLength: 3,
    }),
  }),
  audit: fc.record({
    type: type('audit'),
    to: anySequence,
    size: anySequence,
    entries: fc.array(fc.record({ index: anySequence, at: anyUtcMs, text: name }), { maxLength: 3 }),
  }),
  'audit-export': fc.record({
    type: type('audit-export'),
    to: anySequence,
    lines: fc.array(name, { maxLength: 3 }),
    more: fc.boolean(),
  }),
  'emergency-access': anyEmergency,
};

const sessionWords: fc.Arbitrary<SessionToHospital>[] = [
  fc.record({ type: type('activity') }),
  fc.record({ type: type('lock') }),
  fc.record({ type: type('challenge'), for: purpose }),
  fc.record({ type: type('assertion'), for: purpose, response: fc.string({ maxLength: 200 }) }),
  fc.record({ type: type('sign-out') }),
  fc.record({ type: type('my-sessions') }),
  fc.record({ type: type('end-session'), session: id }),
  fc.record({ type: type('remove-passkey'), passkey: credential }),
];
const subscribe = fc.record({ type: type('subscribe'), since: anyUtcMs }, { requiredKeys: ['type'] });

const fromOffice: fc.Arbitrary<OfficeToHospital> = fc.oneof(
  ...sessionWords,
  subscribe,
  fc.record({
    type: fc.constantFrom<'people' | 'sessions' | 'care-teams' | 'devices'>(
      'people',
      'sessions',
      'care-teams',
      'devices',
    ),
  }),
  fc.record({
    type: type('register'),
    person: anyIdentity,
    name,
    tier: fc.integer({ min: 1, max: 9 }),
    onCall: fc.boolean(),
  }),
  fc.record({
    type: fc.constantFrom<'remove' | 'invite' | 'withdraw' | 'revoke-person'>(
      'remove',
      'invite',
      'withdraw',
      'revoke-person',
    ),
    person: anyIdentity,
  }),
  fc.record({ type: type('revoke-session'), session: id }),
  fc.record({ type: type('care-team'), patient: anyIdentity, team: fc.array(anyIdentity, { maxLength: 4 }) }),
  fc.record({ type: type('terminate-card'), card: id }),
  fc.record({ type: type('emergencies'), from: anyUtcMs }),
  fc.record(
    { type: type('audit'), before: anySequence, limit: fc.integer({ min: 1, max: 200 }) },
    { requiredKeys: ['type', 'limit'] },
  ),
  fc.record({ type: type('audit-export'), part: anySequence }),
);

const toHospital: fc.Arbitrary<DoctorToHospital> = fc.oneof(
  ...sessionWords,
  fc.record({ type: type('break-glass'), patient: name, reason: name }),
  subscribe,
  fc.record({ type: type('receipt'), alarm: id, kind: fc.constantFrom<'received' | 'opened'>('received', 'opened') }),
  fc.record({ type: type('acknowledge'), alarm: id }),
  fc.record({ type: type('history'), patient: anyIdentity, from: anyUtcMs }),
  fc.record({ type: type('dispatch-state'), dispatch: id, state: fc.constantFrom(...dispatchStates) }),
);

describe('an alarm notice', () => {
  holdsCodec(anyNotice, { encode: encodeAlarmNotice, decode: decodeAlarmNotice }, 41);
});

describe('a message from the hospital to a doctor', () => {
  const codec = { encode: encodeHospitalToDoctor, decode: decodeHospitalToDoctor };
  const any: fc.Arbitrary<HospitalToDoctor> = fc.oneof(...Object.values<fc.Arbitrary<HospitalToDoctor>>(fromHospital));
  holdsCodec(any, codec, 42);

  it('with 4096 readings of usual size fits one record', () => {
    const [one] = fc.sample(anyReading, { seed: 43, numRuns: 1 });
    if (one === undefined) throw new RangeError('expected a reading');
    const usual = { ...one, measurements: one.measurements.slice(0, 7) };
    const history: HospitalToDoctor = {
      type: 'history',
      patient: { role: 'patient', id: 'p-017' },
      readings: new Array(4096).fill(usual),
      more: true,
    };
    expect(decodeHospitalToDoctor(encodeHospitalToDoctor(history))).toEqual(history);
  });
});

describe('a message from a doctor to the hospital', () => {
  holdsCodec(toHospital, { encode: encodeDoctorToHospital, decode: decodeDoctorToHospital }, 44);
});

describe('a message from the hospital to the office', () => {
  const codec = { encode: encodeHospitalToOffice, decode: decodeHospitalToOffice };
  const any: fc.Arbitrary<HospitalToOffice> = fc.oneof(...Object.values<fc.Arbitrary<HospitalToOffice>>(toOffice));
  holdsCodec(any, codec, 45);

  it('has no word for a reading, a score or a place', () => {
    for (const [word, arbitrary] of Object.entries<fc.Arbitrary<HospitalToDoctor>>(fromHospital)) {
      if (word in toOffice) continue;
      for (const message of fc.sample(arbitrary, { seed: 46, numRuns: 3 })) {
        expect(() => decodeHospitalToOffice(encodeHospitalToDoctor(message))).toThrow(ProtocolError);
      }
    }
  });
});

describe('a message from the office to the hospital', () => {
  holdsCodec(fromOffice, { encode: encodeOfficeToHospital, decode: decodeOfficeToHospital }, 47);

  it('has no word for a reading', () => {
    const asked = encodeDoctorToHospital({ type: 'history', patient: { role: 'patient', id: 'p1' }, from: 0 });
    expect(() => decodeOfficeToHospital(asked)).toThrow(ProtocolError);
  });
});
