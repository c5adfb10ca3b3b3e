import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyIdentity, anyReading, anyUtcMs } from '../wire/arbitrary.fixture.ts';
import { holdsCodec } from '../wire/codec.fixture.ts';
import { dispatchStates } from './dispatch.ts';
import { type DoctorToHospital, decodeDoctorToHospital, encodeDoctorToHospital } from './doctor-to-hospital.ts';
import { fromHospital } from './hospital-to-doctor.fixture.ts';
import { decodeHospitalToDoctor, encodeHospitalToDoctor, type HospitalToDoctor } from './hospital-to-doctor.ts';
import { sessionWords, subscribe } from './session.fixture.ts';
import { id, name, type } from './words.fixture.ts';

const toHospital: fc.Arbitrary<DoctorToHospital> = fc.oneof(
  ...sessionWords,
  fc.record({ type: type('break-glass'), patient: name, reason: name }),
  subscribe,
  fc.record({ type: type('receipt'), alarm: id, kind: fc.constantFrom<'received' | 'opened'>('received', 'opened') }),
  fc.record({ type: type('acknowledge'), alarm: id }),
  fc.record({ type: type('history'), patient: anyIdentity, from: anyUtcMs }),
  fc.record({ type: type('dispatch-state'), dispatch: id, state: fc.constantFrom(...dispatchStates) }),
);

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
