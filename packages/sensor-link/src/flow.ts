// How the phone keeps a sensor from overrunning it: a window, and what is in the way.

import type { Bytes } from '@vitalseal/protocol';
import { SensorLinkError } from './errors.ts';

const largestWindow = 0xffff;

/** @param records that may be without an answer at a time */
export function encodeWindow(records: number): Bytes {
  const window = Math.min(records, largestWindow);
  return Uint8Array.of(window >> 8, window & 0xff);
}

/** @throws SensorLinkError `link-malformed` */
export function decodeWindow(body: Bytes): number {
  const [high, low] = body;
  if (body.length !== 2 || high === undefined || low === undefined) {
    throw new SensorLinkError('link-malformed', 'expected a window of two bytes');
  }
  return (high << 8) | low;
}

export function encodeTrouble(code: string): Bytes {
  return new TextEncoder().encode(code.slice(0, 64));
}

/** A code, or `unknown` for what is none: the phone may say anything here. */
export function decodeTrouble(body: Bytes): string {
  const text = new TextDecoder().decode(body.subarray(0, 64));
  return /^[a-z0-9-]{1,64}$/.test(text) ? text : 'unknown';
}
