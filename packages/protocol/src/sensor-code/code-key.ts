// The key of a code: what sensor and element prove to each other that they hold. It is made slowly, once, by the phone
// into which the code is typed; the sensor has had it since it was made. So neither end computes for long in a
// handshake, and whoever tries codes pays for each.

import type { Bytes } from '../bytes.ts';
import { pbkdf2 } from '../primitives/index.ts';
import { parseSensorCode } from './sensor-code.ts';

/** For PBKDF2 with SHA-256; about a quarter of a second of a phone, and 19 bits on top of the 79.7 of the code. */
const iterations = 600_000;
const salt = new TextEncoder().encode('vitalseal sensor code v1');

export const sensorCodeKeyLength = 32;

/** @returns 32 bytes @throws ProtocolError `sensor-code-malformed` */
export async function sensorCodeKey(code: string): Promise<Bytes> {
  return pbkdf2(new TextEncoder().encode(parseSensorCode(code)), salt, iterations);
}
