// What of a standard sensor's value becomes a reading of the patient. A sensor that says that it measured nothing is said to
// have: its value goes on as NaN, which no rule takes for normal. What is not of this patient at all is set aside.

import { type Measurement, mdc, mdcUnit, type StandardProfile } from '@vitalseal/protocol';
import type { BloodPressureMeasurement } from './blood-pressure.ts';
import type { StandardValue } from './characteristics.ts';
import type { DateTime } from './date-time.ts';
import { type GlucoseMeasurement, glucoseSensorStatus } from './glucose.ts';
import type { HeartRateMeasurement } from './heart-rate.ts';
import type { MedicalFloat } from './medical-float.ts';
import {
  oximeterMeasurementStatus,
  oximeterSensorStatus,
  type PulseOximeterContinuous,
  type PulseOximeterSpotCheck,
} from './pulse-oximeter.ts';
import { statusWords } from './status-bits.ts';
import { celsius, glucose, kilograms, metres, millimetresOfMercury } from './usual-units.ts';
import type { WeightMeasurement } from './weight-scale.ts';

export interface PatientValues {
  readonly profile: StandardProfile;
  readonly measurements: readonly Measurement[];
  /** By the sensor's clock; absent where it gave none, or one that says nothing. */
  readonly timestamp?: DateTime;
  /** To be added to the time stamp. */
  readonly offsetMinutes?: number;
  /** One of a stream, of which the newest is what counts. */
  readonly continuous: boolean;
}

/** Why a value is no reading: it is still being measured, of a test or a demonstration, or of someone else. */
export type SetAside = 'unfinished' | 'not-of-a-patient' | 'of-another-user' | 'nothing-measured';

const unknownUser = 255;

/** @param user whose values are taken where the sensor tells several people apart; undefined takes all */
export function patientValues(value: StandardValue, user?: number): PatientValues | SetAside {
  if ('userId' in value && user !== undefined && value.userId !== user && value.userId !== unknownUser) {
    return 'of-another-user';
  }
  switch (value.kind) {
    case 'heart-rate':
      return ofHeartRate(value);
    case 'blood-pressure':
      return ofBloodPressure(value);
    case 'temperature':
      return {
        profile: 'thermometer',
        measurements: [measured(mdc.bodyTemperature, mdcUnit.degreesCelsius, celsius(value.temperature, value.unit))],
        ...stamped(value.timestamp),
        continuous: false,
      };
    case 'pulse-oximeter-spot-check':
      return ofOximeter(value, value.clockNotSet ? undefined : value.timestamp);
    case 'pulse-oximeter-continuous':
      return ofOximeter(value, undefined);
    case 'glucose':
      return ofGlucose(value);
    case 'weight':
      return ofWeight(value);
    default:
      return 'unfinished';
  }
}

function measured(code: number, unit: number, value: Measurement['value']): Measurement {
  return { code, unit, value };
}

function stamped(timestamp: DateTime | undefined): { timestamp?: DateTime } {
  return timestamp ? { timestamp } : {};
}

// A strap that lost the skin, or that found no beat, has not measured a heart that stands still.
function ofHeartRate({ heartRate, sensorContact }: HeartRateMeasurement): PatientValues {
  const lost = sensorContact === 'not-detected' || heartRate === 0;
  const value = lost ? 'nan' : { mantissa: heartRate, exponent: 0 };
  return {
    profile: 'heart-rate',
    measurements: [measured(mdc.heartRate, mdcUnit.beatsPerMinute, value)],
    continuous: true,
  };
}

function ofBloodPressure({
  systolic,
  diastolic,
  map,
  pulse,
  unit,
  timestamp,
}: BloodPressureMeasurement): PatientValues {
  const pressure = (code: number, value: MedicalFloat) =>
    measured(code, mdcUnit.millimetresOfMercury, millimetresOfMercury(value, unit));
  return {
    profile: 'blood-pressure',
    measurements: [
      pressure(mdc.systolic, systolic),
      pressure(mdc.diastolic, diastolic),
      pressure(mdc.meanPressure, map),
      ...(pulse === undefined ? [] : [measured(mdc.pulseRateOfCuff, mdcUnit.beatsPerMinute, pulse)]),
    ],
    ...stamped(timestamp),
    continuous: false,
  };
}

const notOfPatient: readonly string[] = ['demonstration', 'testing', 'calibrating'];
const oximeterWithoutValue: readonly string[] = [
  'unavailable',
  'invalid',
  'equipment-malfunction',
  'sensor-unconnected',
  'sensor-malfunctioning',
  'sensor-disconnected',
  'sensor-displaced',
];

function ofOximeter(
  value: PulseOximeterContinuous | PulseOximeterSpotCheck,
  timestamp: DateTime | undefined,
): PatientValues | SetAside {
  const words = [
    ...statusWords(value.measurementStatus ?? 0, oximeterMeasurementStatus),
    ...statusWords(value.deviceSensorStatus ?? 0, oximeterSensorStatus),
  ];
  if (words.some((word) => notOfPatient.includes(word))) return 'not-of-a-patient';
  const lost = words.some((word) => oximeterWithoutValue.includes(word));
  const { pulseAmplitudeIndex } = value;
  return {
    profile: 'pulse-oximeter',
    measurements: [
      measured(mdc.pulseOximetrySaturation, mdcUnit.percent, lost ? 'nan' : value.spo2),
      measured(mdc.pulseRate, mdcUnit.beatsPerMinute, lost ? 'nan' : value.pulseRate),
      ...(pulseAmplitudeIndex === undefined
        ? []
        : [measured(mdc.pulseAmplitude, mdcUnit.percent, pulseAmplitudeIndex)]),
    ],
    ...stamped(timestamp),
    continuous: value.kind === 'pulse-oximeter-continuous',
  };
}

/** By the type of sample; those that are reserved or unknown are glucose all the same. */
const glucoseCodes: readonly number[] = [
  mdc.glucose,
  mdc.glucoseCapillaryBlood,
  mdc.glucoseCapillaryPlasma,
  mdc.glucoseVenousBlood,
  mdc.glucoseVenousPlasma,
  mdc.glucoseArterialBlood,
  mdc.glucoseArterialPlasma,
  mdc.glucoseBlood,
  mdc.glucosePlasma,
  mdc.glucoseInterstitial,
];
const controlSolution = { type: 10, location: 4 };
const glucoseWithoutValue: readonly string[] = [
  'sensor-malfunction',
  'sample-insufficient',
  'strip-insertion-error',
  'strip-type-incorrect',
  'temperature-too-high',
  'temperature-too-low',
  'read-interrupted',
  'device-fault',
];

function ofGlucose(value: GlucoseMeasurement): PatientValues | SetAside {
  const { concentration, unit, type = 0, sampleLocation, sensorStatus = 0, baseTime, timeOffset = 0 } = value;
  if (type === controlSolution.type || sampleLocation === controlSolution.location) return 'not-of-a-patient';
  if (concentration === undefined || unit === undefined) return 'nothing-measured';
  const words = statusWords(sensorStatus, glucoseSensorStatus);
  const inUnit = glucose(concentration, unit);
  // More than a year, or before the clock began: that time is not known.
  const known = typeof timeOffset === 'number' && !words.includes('time-fault');
  return {
    profile: 'glucose',
    measurements: [measured(glucoseCodes[type] ?? mdc.glucose, inUnit.unit, glucoseAsStated(inUnit.value, words))],
    ...stamped(known ? baseTime : undefined),
    ...(known && timeOffset !== 0 && { offsetMinutes: timeOffset }),
    continuous: false,
  };
}

function glucoseAsStated(value: Measurement['value'], words: readonly string[]): Measurement['value'] {
  if (words.includes('result-too-high')) return '+infinity';
  if (words.includes('result-too-low')) return '-infinity';
  return words.some((word) => glucoseWithoutValue.includes(word)) ? 'nan' : value;
}

function ofWeight({ weight, unit, bmi, height, heightUnit, timestamp }: WeightMeasurement): PatientValues {
  return {
    profile: 'weight-scale',
    measurements: [
      measured(mdc.bodyMass, mdcUnit.kilograms, kilograms(weight, unit)),
      ...(bmi === undefined ? [] : [measured(mdc.bodyMassIndex, mdcUnit.kilogramsPerSquareMetre, bmi)]),
      ...(height === undefined || heightUnit === undefined
        ? []
        : [measured(mdc.bodyLength, mdcUnit.metres, metres(height, heightUnit))]),
    ],
    ...stamped(timestamp),
    continuous: false,
  };
}
