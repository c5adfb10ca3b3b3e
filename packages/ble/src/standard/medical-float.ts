// SFLOAT and FLOAT of IEEE 11073-20601: a decimal mantissa and exponent in 16 or 32 bits, and five values that are no
// numbers. They stay decimal, so that 36.50 remains 36.50.

import type { Bytes, Decimal, SpecialValue } from '@vitalseal/protocol';
import { malformed, OctetReader, type OctetWriter } from './octets.ts';

export type MedicalFloat = Decimal | SpecialValue;

/** The special values as mantissas, under exponent 0: NaN, NRes, +INFINITY, -INFINITY, reserved. */
interface Format {
  readonly mantissaBits: number;
  readonly exponentBits: number;
  readonly special: ReadonlyMap<number, SpecialValue>;
}

function format(mantissaBits: number, exponentBits: number): Format {
  const most = 2 ** (mantissaBits - 1);
  const special = new Map<number, SpecialValue>([
    [most - 1, 'nan'],
    [-most, 'nres'],
    [most - 2, '+infinity'],
    [2 - most, '-infinity'],
    [1 - most, 'reserved'],
  ]);
  return { mantissaBits, exponentBits, special };
}

const sfloat = format(12, 4);
const float = format(24, 8);

function signed(value: number, bits: number): number {
  return (value << (32 - bits)) >> (32 - bits);
}

function read(bits: number, { mantissaBits, exponentBits, special }: Format): MedicalFloat {
  const mantissa = signed(bits, mantissaBits);
  const exponent = signed(bits >>> mantissaBits, exponentBits);
  const name = special.get(mantissa);
  if (name !== undefined && exponent === 0) return name;
  // Of the FLOAT's special mantissas under another exponent the standard says nothing, and no number of ours holds them.
  if (name !== undefined && mantissaBits === 24) return 'reserved';
  return { mantissa, exponent };
}

export function readSfloat(reader: OctetReader, field: string): MedicalFloat {
  return read(reader.uint16(field), sfloat);
}

export function readFloat(reader: OctetReader, field: string): MedicalFloat {
  return read(reader.uint32(field), float);
}

/** @param value 2 octets @throws BleError `gatt-malformed` */
export function decodeSfloat(value: Bytes): MedicalFloat {
  return whole(value, (reader) => readSfloat(reader, 'an SFLOAT'));
}

/** @param value 4 octets @throws BleError `gatt-malformed` */
export function decodeFloat(value: Bytes): MedicalFloat {
  return whole(value, (reader) => readFloat(reader, 'a FLOAT'));
}

function whole<T>(value: Bytes, decode: (reader: OctetReader) => T): T {
  const reader = new OctetReader(value);
  const decoded = decode(reader);
  reader.end('the number');
  return decoded;
}

function write(value: MedicalFloat, { mantissaBits, exponentBits, special }: Format): number {
  const mask = 2 ** mantissaBits - 1;
  if (typeof value === 'string') {
    for (const [mantissa, name] of special) if (name === value) return mantissa & mask;
    return 0;
  }
  const { mantissa, exponent } = value;
  const range = 2 ** (exponentBits - 1);
  const fits = Math.abs(mantissa) <= 2 ** (mantissaBits - 1) - 3 && exponent >= -range && exponent < range;
  if (!fits) throw malformed(`a number of ${mantissaBits} and ${exponentBits} bits`);
  return (mantissa & mask) | ((exponent & (2 ** exponentBits - 1)) << mantissaBits);
}

/** @throws BleError `gatt-malformed` for a number that does not fit, as `writeFloat` */
export function writeSfloat(writer: OctetWriter, value: MedicalFloat): void {
  writer.uint16(write(value, sfloat));
}

export function writeFloat(writer: OctetWriter, value: MedicalFloat): void {
  writer.uint32(write(value, float));
}
