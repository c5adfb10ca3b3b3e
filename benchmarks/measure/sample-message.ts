// The reading that every benchmark sends: seven measurements and a place, as a patient's element seals it.
import {
  type Bytes,
  decimal,
  type Identity,
  type Measurement,
  mdc,
  mdcUnit,
  type Step2Message,
} from '@vitalseal/protocol';

/** A pulse that moves a little; nothing about the patient calls for anyone. */
export function sampleMeasurements(sequence: number): Measurement[] {
  const value = (code: number, unit: number, n: number, exponent = 0) => ({ code, unit, value: decimal(n, exponent) });
  return [
    value(mdc.heartRate, mdcUnit.beatsPerMinute, 72 + (sequence % 10)),
    value(mdc.pulseOximetrySaturation, mdcUnit.percent, 97),
    value(mdc.respirationRate, mdcUnit.breathsPerMinute, 16),
    value(mdc.systolic, mdcUnit.millimetresOfMercury, 122),
    value(mdc.diastolic, mdcUnit.millimetresOfMercury, 78),
    value(mdc.bodyTemperature, mdcUnit.degreesCelsius, 36.8, -1),
    value(mdc.supplementalOxygen, mdcUnit.dimensionless, 0),
  ];
}

export interface SampleOrigin {
  readonly patient: Identity;
  readonly hospital: Identity;
  /** The sensor's channel with the element. */
  readonly channel: Bytes;
}

export function sampleMessage(
  { patient, hospital, channel }: SampleOrigin,
  sequence: number,
  utcMs: number,
): Step2Message {
  const at = { utcMs, offsetMinutes: 60 };
  return {
    sender: patient,
    recipient: hospital,
    sentAt: at,
    location: { latitude: 52.520008, longitude: 13.404954, accuracyMetres: 12, at: utcMs },
    reading: {
      origin: { source: { role: 'sensor', id: `s-${patient.id}` }, channel, sequence },
      measuredAt: at,
      measurements: sampleMeasurements(sequence),
    },
  };
}
