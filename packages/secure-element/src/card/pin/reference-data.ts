// What a person types, as it travels in a command (TS 102 221 section 9.5.1): digits in ASCII, filled up with FF.

import type { Bytes } from '@vitalseal/protocol';

export const referenceLength = 8;
const shortestPin = 4;
const filling = 0xff;

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;

/** 4 to 8 digits. */
export function isPin(field: Bytes): boolean {
  const firstFilling = field.indexOf(filling);
  const digits = firstFilling < 0 ? field.length : firstFilling;
  return (
    field.length === referenceLength &&
    digits >= shortestPin &&
    field.subarray(0, digits).every(isDigit) &&
    field.subarray(digits).every((byte) => byte === filling)
  );
}

/** The unblocking code: 8 digits. */
export function isPuk(field: Bytes): boolean {
  return field.length === referenceLength && field.every(isDigit);
}
