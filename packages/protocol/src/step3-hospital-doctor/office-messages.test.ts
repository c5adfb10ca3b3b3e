import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import { anyIdentity, anySequence, anyUtcMs } from '../wire/arbitrary.fixture.ts';
import { holdsCodec } from '../wire/codec.fixture.ts';
import { encodeDoctorToHospital } from './doctor-to-hospital.ts';
import { fromHospital } from './hospital-to-doctor.fixture.ts';
import { encodeHospitalToDoctor, type HospitalToDoctor } from './hospital-to-doctor.ts';
import {
  decodeHospitalToOffice,
  encodeHospitalToOffice,
  type HospitalToOffice,
  officeTopics,
} from './hospital-to-office.ts';
import { decodeOfficeToHospital, encodeOfficeToHospital, type OfficeToHospital } from './office-to-hospital.ts';
import {
  anyEmergency,
  emergency,
  emergencyKeys,
  fromSession,
  openSession,
  passkey,
  sessionWords,
  subscribe,
} from './session.fixture.ts';
import { counts, id, name, type } from './words.fixture.ts';

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
