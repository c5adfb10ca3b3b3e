// The paper's PD: one measured value, as the devices of IEEE 11073 state it. The decimal exponent is kept, so that the
// precision of SFLOAT and FLOAT (36.50 is not 36.5) and their special values survive every hop.

import { ProtocolError } from '../errors.ts';
import type { CborReader } from './cbor/reader.ts';
import type { Field } from './field.ts';

/** mantissa * 10^exponent: a FLOAT of IEEE 11073-20601, 24 and 8 bits. */
export interface Decimal {
  readonly mantissa: number;
  readonly exponent: number;
}

/** In the order of their wire numbers. `nres`: not at this resolution. */
export const specialValues = ['nan', 'nres', '+infinity', '-infinity', 'reserved'] as const;
export type SpecialValue = (typeof specialValues)[number];

export interface Measurement {
  /** IEEE 11073-10101 reference identifier: partition << 16 | term. */
  readonly code: number;
  /** IEEE 11073-10101 unit, of partition 4. */
  readonly unit: number;
  readonly value: Decimal | SpecialValue;
}

// FLOAT keeps the five extreme mantissas for its special values.
const largestMantissa = 0x7ffffd;
const largestCode = 0xffffffff;

/** @param n the value @param exponent the power of ten of its last digit: `decimal(36.5, -1)` is 365 * 10^-1 */
export function decimal(n: number, exponent: number): Decimal {
  const scaled = Number(`${n}e${-exponent}`);
  const value = { mantissa: Math.round(scaled) + 0, exponent };
  checkDecimal(value);
  return value;
}

export function decimalToNumber({ mantissa, exponent }: Decimal): number {
  // By way of text, which rounds once: 365 * 10 ** -1 rounds twice.
  return Number(`${mantissa}e${exponent}`);
}

/** Throws ProtocolError `measurement-malformed`. */
export const measurement: Field<Measurement> = {
  write(writer, { code, unit, value }) {
    const special = typeof value === 'string';
    writer.array(special ? 3 : 4);
    writer.integer(checkCode(code));
    writer.integer(checkCode(unit));
    if (special) {
      writer.integer(specialValues.indexOf(value));
    } else {
      checkDecimal(value);
      writer.integer(value.mantissa);
      writer.integer(value.exponent);
    }
  },
  read(reader) {
    const length = reader.array();
    if (length !== 3 && length !== 4) throw malformed();
    const code = checkCode(reader.integer());
    const unit = checkCode(reader.integer());
    return { code, unit, value: length === 3 ? readSpecial(reader) : readDecimal(reader) };
  },
};

function readDecimal(reader: CborReader): Decimal {
  const value = { mantissa: reader.integer(), exponent: reader.integer() };
  checkDecimal(value);
  return value;
}

function readSpecial(reader: CborReader): SpecialValue {
  const special = specialValues[reader.integer()];
  if (special === undefined) throw malformed();
  return special;
}

function malformed(): ProtocolError {
  return new ProtocolError('measurement-malformed', 'expected code, unit, and mantissa with exponent or special value');
}

function checkCode(code: number): number {
  if (!Number.isInteger(code) || code < 0 || code > largestCode) throw malformed();
  return code;
}

function checkDecimal({ mantissa, exponent }: Decimal): void {
  if (!Number.isInteger(mantissa) || Math.abs(mantissa) > largestMantissa) throw malformed();
  if (!Number.isInteger(exponent) || exponent < -128 || exponent > 127) throw malformed();
}
