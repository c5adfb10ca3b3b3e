// Messages of the hospital as the tests need them, whole and plausible.
import type { Vital } from '@vitalseal/clinical';
import {
  type AlarmNotice,
  decimal,
  type HospitalToDoctor,
  type LiveReading,
  type Locked,
  type Measurement,
  mdc,
  mdcUnit,
  type PatientSummary,
  type Reading,
  type SessionNews,
} from '@vitalseal/protocol';
import { hospitalIdentity } from './test-hospital.ts';

const kinds: Readonly<Record<Vital, { code: number; unit: number; exponent: number }>> = {
  respiration: { code: mdc.respirationRate, unit: mdcUnit.breathsPerMinute, exponent: 0 },
  spo2: { code: mdc.pulseOximetrySaturation, unit: mdcUnit.percent, exponent: 0 },
  oxygen: { code: mdc.supplementalOxygen, unit: mdcUnit.dimensionless, exponent: 0 },
  systolic: { code: mdc.systolic, unit: mdcUnit.millimetresOfMercury, exponent: 0 },
  diastolic: { code: mdc.diastolic, unit: mdcUnit.millimetresOfMercury, exponent: 0 },
  pulse: { code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, exponent: 0 },
  consciousness: { code: mdc.consciousness, unit: mdcUnit.dimensionless, exponent: 0 },
  temperature: { code: mdc.bodyTemperature, unit: mdcUnit.degreesCelsius, exponent: -1 },
};

export type VitalValues = Partial<Record<Vital, number>>;

export function measurementsOf(values: VitalValues): Measurement[] {
  return Object.entries(values).map(([vital, value]) => {
    const { code, unit, exponent } = kinds[vital as Vital];
    return { code, unit, value: decimal(value, exponent) };
  });
}

let sequence = 0;

export function readingAt(at: number, values: VitalValues, patient = 'p1'): Reading {
  sequence += 1;
  return {
    origin: { source: { role: 'sensor', id: `s-${patient}` }, channel: new Uint8Array(8), sequence },
    measuredAt: { utcMs: at, offsetMinutes: 0 },
    measurements: measurementsOf(values),
  };
}

export function patientSummary(id: string, summary: Partial<PatientSummary> = {}): PatientSummary {
  return {
    type: 'patient',
    patient: { role: 'patient', id },
    name: `Patient ${id}`,
    scale: 1,
    alarms: [],
    last: [],
    at: Date.now(),
    ...summary,
  };
}

export function liveReading(
  id: string,
  at: number,
  values: VitalValues,
  more: Partial<LiveReading> = {},
): HospitalToDoctor {
  return { type: 'reading', patient: { role: 'patient', id }, reading: readingAt(at, values, id), at, ...more };
}

export function alarmNotice(alarm: string, patient: string, notice: Partial<AlarmNotice> = {}): AlarmNotice {
  return {
    alarm,
    patient: { role: 'patient', id: patient },
    hospital: hospitalIdentity,
    sentAt: { utcMs: Date.now(), offsetMinutes: 0 },
    sequence: 1,
    rule: 'news2-high',
    priority: 'high',
    reasons: ['NEWS2 7 or more'],
    readings: [],
    ...notice,
  };
}

export function sessionNews(news: Partial<SessionNews> = {}): SessionNews {
  const at = Date.now();
  return {
    type: 'session',
    session: 's1',
    person: { role: 'doctor', id: 'd1' },
    name: 'Dr Example',
    method: 'passkey',
    openedAt: at,
    expiresAt: at + 12 * 3_600_000,
    idleMs: 900_000,
    stepUpMs: 300_000,
    verifiedAt: at,
    at,
    ...news,
  };
}

export function locked(waiting: Partial<Locked> = {}): Locked {
  const at = Date.now();
  return { type: 'locked', since: at, high: 0, medium: 0, low: 0, calls: 0, at, ...waiting };
}
