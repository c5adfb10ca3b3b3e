/**
 * The leaf hash of packages/audit (RFC 6962), in Node alone and without a wait: it is taken in every commit of readings.
 * A line of the log is ASCII, so the text that begins with U+0000 has just the bytes that are hashed.
 */
import { hash } from 'node:crypto';

/** Base64. */
export function leafHashOf(line: string): string {
  return hash('sha256', `\0${line}`, 'base64');
}
