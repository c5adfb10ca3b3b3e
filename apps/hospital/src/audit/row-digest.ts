/**
 * What the log keeps of a reading's row, to find one that was edited by hand. It is taken over the sealed payload and never
 * over what was measured: values are few and times are known, so the digest of a reading could be found by trying.
 */
import { hash } from 'node:crypto';
import type { NewReading } from '../store/readings.ts';

const timesLength = 24;
/** 144 bits, which base64 writes without a remainder. To pass off another row one would have to meet them all. */
const digestCharacters = 24;

let scratch = Buffer.alloc(4096);

export type DigestedRow = Pick<NewReading, 'patient' | 'measured_at' | 'received_at' | 'payload'>;

/** SHA-256 over patient's number, both times (64 bits each, big-endian) and the payload as it is stored; its first 18 bytes. */
export function rowDigest({ patient, measured_at, received_at, payload }: DigestedRow): string {
  const length = timesLength + payload.length;
  if (scratch.length < length) scratch = Buffer.alloc(2 * length);
  scratch.writeBigInt64BE(BigInt(patient), 0);
  scratch.writeBigInt64BE(BigInt(measured_at), 8);
  scratch.writeBigInt64BE(BigInt(received_at), 16);
  scratch.set(payload, timesLength);
  return hash('sha256', scratch.subarray(0, length), 'base64').slice(0, digestCharacters);
}
