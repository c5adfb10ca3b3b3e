import { randomInt } from 'node:crypto';

const digits = 6;

export function newPin(): string {
  return String(randomInt(10 ** digits)).padStart(digits, '0');
}
