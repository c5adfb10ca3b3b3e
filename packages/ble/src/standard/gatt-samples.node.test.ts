// Samples of the Bluetooth SIG's characteristics by others; tests/vectors/gatt/README.md says whose, and how to add more.

import { readdirSync, readFileSync } from 'node:fs';
import { decimalToNumber, hexToBytes } from '@vitalseal/protocol';
import { describe, expect, it } from 'vitest';
import { BleError } from '../errors.ts';
import { bloodPressureStatus } from './blood-pressure.ts';
import { decodeCharacteristic } from './characteristics.ts';
import { decodeFloat, decodeSfloat } from './medical-float.ts';
import { statusWords } from './status-bits.ts';
import { temperatureSites } from './thermometer.ts';

interface Sample {
  readonly uuid: string;
  readonly hex: string;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly expected_native?: Readonly<Record<string, unknown>>;
  readonly tolerance?: number;
  readonly source: string;
}

const folder = new URL('../../../../tests/vectors/gatt/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

const specials: ReadonlyMap<unknown, string> = new Map([
  ['nan', 'NaN'],
  ['nres', 'NRes'],
  ['+infinity', '+INF'],
  ['-infinity', '-INF'],
]);

function isDecimal(value: object): value is { mantissa: number; exponent: number } {
  return 'mantissa' in value && 'exponent' in value;
}

/** Our fields in the words of the samples: snake case, and numbers instead of decimals. */
function inTheirWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inTheirWords);
  if (typeof value === 'string') return specials.get(value) ?? value.replaceAll('-', '_');
  if (typeof value !== 'object' || value === null) return value;
  if (isDecimal(value)) return decimalToNumber(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [snakeCase(name), inTheirWords(inner)]));
}

function snakeCase(name: string): string {
  return name.replace('rr1024', 'rr_1024').replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

function decode({ uuid, hex }: Sample): unknown {
  const octets = hexToBytes(hex);
  if (uuid === 'SFLOAT') return { value: decodeSfloat(octets) };
  if (uuid === 'FLOAT') return { value: decodeFloat(octets) };
  return decodeCharacteristic(uuid, octets);
}

/** AndroidBLEUtil's view: a boolean for each bit. */
function native(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const status = typeof value.status === 'number' ? statusWords(value.status, bloodPressureStatus) : [];
  const has = (word: string): boolean => status.some((one) => one === word);
  const range = has('pulse-above-range') || has('pulse-below-range');
  const site = typeof value.type === 'number' ? temperatureSites[value.type] : undefined;
  const contact = value.sensor_contact;
  return {
    flags: value.flags,
    isFlagsMeasurementStatusPresent: 'status' in value,
    isFlagsTimeStampPresent: 'timestamp' in value,
    isFlagsPulseRatePresent: 'pulse' in value,
    isFlagsUserIdPresent: 'user_id' in value,
    isFlagsRrIntervalPresent: 'rr_1024' in value,
    isFlagsTemperatureTypePresent: 'type' in value,
    isFlagsBloodPressureUnitsMmhg: value.unit === 'mmHg',
    isFlagsBloodPressureUnitsKpa: value.unit === 'kPa',
    isFlagsTemperatureUnitsCelsius: value.unit === 'C',
    isFlagsTemperatureUnitsFahrenheit: value.unit === 'F',
    isFlagsSensorContactStatusNotSupported: contact === 'not_supported',
    isFlagsSensorContactStatusSupportedButNotDetected: contact === 'not_detected',
    isFlagsSensorContactStatusSupportedAndDetected: contact === 'detected',
    isMeasurementStatusBodyMoveDetectionNoBodyMovement: !has('body-movement'),
    isMeasurementStatusBodyMoveDetectionBodyMovementDuringMeasurement: has('body-movement'),
    isMeasurementStatusCuffFitDetectionCuffFitsProperly: !has('cuff-too-loose'),
    isMeasurementStatusCuffFitDetectionCuffTooLoose: has('cuff-too-loose'),
    isMeasurementStatusIrregularPulseDetectionNoIrregularPulseDetected: !has('irregular-pulse'),
    isMeasurementStatusIrregularPulseDetectionIrregularPulseDetected: has('irregular-pulse'),
    isMeasurementStatusPulseRateRangeDetectionPulseRateIsWithinTheRange: !range,
    isMeasurementStatusPulseRateRangeDetectionPulseRateExceedssUpperLimit: has('pulse-above-range'),
    isMeasurementStatusPulseRateRangeDetectionPulseRateIsLessThanLowerLimit: has('pulse-below-range'),
    isMeasurementStatusMeasurementPositionDetectionProperMeasurementPosition: !has('improper-position'),
    isMeasurementStatusMeasurementPositionDetectionImproperMeasurementPosition: has('improper-position'),
    isTemperatureTextDescriptionTypeArmpit: site === 'armpit',
    isTemperatureTextDescriptionTypeBodyGeneral: site === 'body',
    isTemperatureTextDescriptionTypeEarUsuallyEarLobe: site === 'ear',
    isTemperatureTextDescriptionTypeFinger: site === 'finger',
    isTemperatureTextDescriptionTypeGastroIntestinalTract: site === 'gastro-intestinal-tract',
    isTemperatureTextDescriptionTypeMouth: site === 'mouth',
    isTemperatureTextDescriptionTypeRectum: site === 'rectum',
    isTemperatureTextDescriptionTypeToe: site === 'toe',
    isTemperatureTextDescriptionTypeTympanumEarDrum: site === 'tympanum',
  };
}

/** A flag that says that something is not there has a twin that says that it is. */
function withoutTwins(expected: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(expected).filter(([name]) => !name.endsWith('NotPresent')));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function expectSample(sample: Sample): void {
  if (sample.expected.invalid === true) {
    expect(() => decode(sample)).toThrow(expect.objectContaining({ code: 'gatt-malformed' }));
    return;
  }
  const decoded = inTheirWords(decode(sample));
  if (!isRecord(decoded)) throw new TypeError('expected an object');
  const { value } = sample.expected;
  if (sample.tolerance !== undefined && typeof value === 'number') {
    expect(Math.abs(Number(decoded.value) - value)).toBeLessThanOrEqual(sample.tolerance);
  } else {
    expect(decoded).toMatchObject(sample.expected);
  }
  if (sample.expected_native) expect(native(decoded)).toMatchObject(withoutTwins(sample.expected_native));
}

describe.each(files)('%s', (file) => {
  const samples: readonly Sample[] = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));

  it.each(samples.map((sample) => [`${sample.uuid} ${sample.hex}`, sample] as const))('%s', (_, sample) => {
    expectSample(sample);
  });
});

describe('a characteristic that no health profile here has', () => {
  it('is refused with a code', () => {
    expect(() => decodeCharacteristic('2A00', hexToBytes('00'))).toThrow(BleError);
  });
});
