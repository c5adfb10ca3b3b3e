// Any message from the hospital to a doctor, by its word.
import fc from 'fast-check';
import { anyIdentity, anyLocation, anyMeasurement, anyReading, anyUtcMs } from '../wire/arbitrary.fixture.ts';
import { octets } from '../wire/cbor/arbitrary.fixture.ts';
import { anyAlarm, anyNews2, priority, reasons } from './alarm.fixture.ts';
import { alarmStates } from './clinical-summary.ts';
import { dispatchStates } from './dispatch.ts';
import type { HospitalToDoctor } from './hospital-to-doctor.ts';
import { anyEmergency, fromSession } from './session.fixture.ts';
import { id, name, type } from './words.fixture.ts';

const readings = fc.array(anyReading, { maxLength: 3 });

export const fromHospital: {
  readonly [T in HospitalToDoctor['type']]: fc.Arbitrary<Extract<HospitalToDoctor, { type: T }>>;
} = {
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
