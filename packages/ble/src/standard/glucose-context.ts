// Glucose Measurement Context (0x2A34) of the Glucose Service 1.0.1: what the patient told the meter of meal, health,
// exercise and medication. It names its measurement by the sequence number.

import type { Bytes } from '@vitalseal/protocol';
import { type MedicalFloat, readSfloat } from './medical-float.ts';
import { OctetReader } from './octets.ts';

export interface GlucoseContext {
  readonly kind: 'glucose-context';
  readonly flags: number;
  readonly sequence: number;
  /** No bit of it has a meaning yet. */
  readonly extendedFlags?: number;
  /** 1 to 7: breakfast, lunch, dinner, snack, drink, supper, brunch. */
  readonly carbohydrateId?: number;
  /** Kilograms. */
  readonly carbohydrate?: MedicalFloat;
  /** 1 to 5: before a meal, after one, fasting, casual, bedtime. */
  readonly meal?: number;
  /** 1 self, 2 health care professional, 3 laboratory, 15 not available. */
  readonly tester?: number;
  /** 1 minor issues, 2 major issues, 3 during menses, 4 under stress, 5 none, 15 not available. */
  readonly health?: number;
  /** Seconds. */
  readonly exerciseDuration?: number | 'overrun';
  /** Percent. */
  readonly exerciseIntensity?: number;
  /** 1 to 5: rapid, short, intermediate, long acting insulin, pre-mixed insulin. */
  readonly medicationId?: number;
  readonly medication?: MedicalFloat;
  readonly medicationUnit?: 'kg' | 'L';
  /** Percent. */
  readonly hba1c?: MedicalFloat;
}

/** @throws BleError `gatt-malformed` */
export function decodeGlucoseContext(value: Bytes): GlucoseContext {
  const reader = new OctetReader(value);
  const flags = reader.uint8('flags');
  return {
    kind: 'glucose-context',
    flags,
    sequence: reader.uint16('a sequence number'),
    ...(flags & 128 && { extendedFlags: reader.uint8('extended flags') }),
    ...(flags & 1 && {
      carbohydrateId: reader.uint8('a carbohydrate'),
      carbohydrate: readSfloat(reader, 'an amount of carbohydrate'),
    }),
    ...(flags & 2 && { meal: reader.uint8('a meal') }),
    ...(flags & 4 && readTesterAndHealth(reader)),
    ...(flags & 8 && readExercise(reader)),
    ...(flags & 16 && {
      medicationId: reader.uint8('a medication'),
      medication: readSfloat(reader, 'an amount of medication'),
      medicationUnit: flags & 32 ? ('L' as const) : ('kg' as const),
    }),
    ...(flags & 64 && { hba1c: readSfloat(reader, 'an HbA1c') }),
  };
}

function readTesterAndHealth(reader: OctetReader): { tester: number; health: number } {
  const both = reader.uint8('a tester and health');
  return { tester: both & 15, health: both >> 4 };
}

function readExercise(reader: OctetReader): { exerciseDuration: number | 'overrun'; exerciseIntensity: number } {
  const seconds = reader.uint16('an exercise duration');
  return {
    exerciseDuration: seconds === 0xffff ? 'overrun' : seconds,
    exerciseIntensity: reader.uint8('an exercise intensity'),
  };
}
