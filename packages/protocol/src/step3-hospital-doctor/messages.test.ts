import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

const fromHospital: { readonly [T in HospitalToDoctor['type']]: fc.Arbitrary<Extract<HospitalToDoctor, { type: T }>> } =
  {
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
    patient: fc.record(
      {
        type: type('patient'),
        patient: anyIdentity,
        name,
        bed: name,
        scale: fc.constantFrom<1 | 2>(1, 2),
        news2: anyNews2,
        alarms: fc.array(anyAlarm, { maxLength: 3 }),
        last: fc.array(fc.record({ measurement: anyMeasurement, measuredAt: anyUtcMs }), { maxLength: 8 }),
        location: anyLocation,
        at: anyUtcMs,
      },
      { requiredKeys: ['type', 'patient', 'name', 'scale', 'alarms', 'last', 'at'] },
    ),
    complete: fc.record({ type: type('complete'), at: anyUtcMs }),
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
    result: fc.record(
      { type: type('result'), to: anySequence, ok: fc.boolean(), code: id },
      { requiredKeys: ['type', 'to', 'ok'] },
    ),
  };

const toHospital: fc.Arbitrary<DoctorToHospital> = fc.oneof(
  fc.record({ type: type('subscribe'), since: anyUtcMs }, { requiredKeys: ['type'] }),
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
