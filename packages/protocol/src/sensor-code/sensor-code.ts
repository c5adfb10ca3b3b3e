// The code on a sensor: by it, and nothing else, an unbonded sensor and a patient's element find each other. 24 random
// digits are 79.7 bits, behind a slow derivation (code-key.ts): who holds a value that was made with the code can still
// not find it by trying. One check digit, by Damm's algorithm, catches each mistyped digit and each swapped pair, so that
// a mistake is told at once and not by a sensor that never comes.

import { ProtocolError } from '../errors.ts';
import { randomBytes } from '../primitives/index.ts';

const randomDigits = 24;
const length = randomDigits + 1;
const groupLength = 5;
const scannedPrefix = 'VSS1-';

/** Damm's quasigroup of order 10, totally anti-symmetric. */
const quasigroup = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
] as const;

/** @returns the check digit of digits without one; 0 of digits with a right one at their end */
function damm(digits: string): number {
  return [...digits].reduce((interim, digit) => Number(quasigroup[interim]?.[Number(digit)]), 0);
}

/** @returns 25 digits */
export function generateSensorCode(): string {
  let digits = '';
  while (digits.length < randomDigits) {
    // 250 is the largest multiple of ten in a byte: above it the first digits would be likelier than the others.
    for (const byte of randomBytes(32)) if (byte < 250) digits += byte % 10;
  }
  const random = digits.slice(0, randomDigits);
  return random + damm(random);
}

/** Where Arabic-Indic, extended Arabic-Indic and Devanagari digits begin, and ours. */
const zeros = [0x0660, 0x06f0, 0x0966, 0x30] as const;

/**
 * As it was scanned, or typed: blanks and dashes between the digits do not count, and the digits may be Arabic-Indic.
 * @returns 25 digits @throws ProtocolError `sensor-code-malformed`
 */
export function parseSensorCode(text: string): string {
  const typed = text.trim().replace(new RegExp(`^${scannedPrefix}`, 'i'), '');
  const digits =
    typed.length > 4 * length ? '' : typed.replace(/[\s\p{Pd}\p{Cf}]/gu, '').replace(/\p{Nd}/gu, westernDigit);
  if (!/^\d+$/.test(digits) || digits.length !== length || damm(digits) !== 0) {
    throw new ProtocolError(
      'sensor-code-malformed',
      `expected the ${length} digits on the sensor, the last one to match`,
    );
  }
  return digits;
}

function westernDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  const zero = zeros.find((first) => point >= first && point < first + 10);
  return zero === undefined ? digit : String(point - zero);
}

/** @returns `12345 67890 ...`, as it is printed to be read */
export function formatSensorCode(code: string): string {
  const groups = Array.from({ length: length / groupLength }, (_, i) =>
    code.slice(i * groupLength, (i + 1) * groupLength),
  );
  return groups.join(' ');
}

/** What the QR code beside the digits holds: a prefix, so that a camera tells it from a hospital's activation code. */
export function sensorCodeForScanning(code: string): string {
  return scannedPrefix + code;
}
