// Any alarm, as it is summed up and as it is noticed.
import fc from 'fast-check';
import {
  anyIdentity,
  anyLocation,
  anyReading,
  anySequence,
  anyTimestamp,
  anyUtcMs,
} from '../wire/arbitrary.fixture.ts';
import type { AlarmNotice } from './alarm-notice.ts';
import { type AlarmSummary, alarmPriorities, alarmStates, type News2Summary } from './clinical-summary.ts';
import { id, name } from './words.fixture.ts';

const points = fc.option(fc.integer({ min: 0, max: 3 }));
export const priority = fc.constantFrom(...alarmPriorities);
export const reasons = fc.array(name, { maxLength: 4 });

export const anyNews2: fc.Arbitrary<News2Summary> = fc.record({
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

export const anyAlarm: fc.Arbitrary<AlarmSummary> = fc.record(
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

export const anyNotice: fc.Arbitrary<AlarmNotice> = fc.record(
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
