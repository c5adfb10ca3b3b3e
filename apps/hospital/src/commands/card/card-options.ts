/** Options of the card commands, read from text; a mistake is one clear line. */
import { type CardPolicy, cardPolicyNames } from '@vitalseal/uicc/global-platform';
import { InvalidArgumentError } from 'commander';

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const longestMs = 90 * 86_400_000;

/** `30m`, `24h`, `7d` in milliseconds. */
export function duration(text: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (units[unit] ?? Number.NaN);
  if (!(milliseconds <= longestMs)) throw new InvalidArgumentError('Expected 30m, 24h or 7d, at most 90d.');
  return milliseconds;
}

/** The host as the card is to name it: DNS name, IPv4, or IPv6 in brackets. */
export function address(text: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(\[[0-9A-Fa-f:]{2,45}\]|[A-Za-z0-9.-]{1,100}):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || !(Number(port) >= 1 && Number(port) <= 65_535)) {
    throw new InvalidArgumentError('Expected <host>:<port>.');
  }
  return { host: host.replaceAll(/[[\]]/g, ''), port: Number(port) };
}

export function pollSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d{1,7}$/.test(text) || seconds < 10 || seconds > 7 * 86_400) {
    throw new InvalidArgumentError('Expected seconds, from 10 to 604800.');
  }
  return seconds;
}

/** SHA-256 in hexadecimal. */
export function certificateHash(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new InvalidArgumentError('Expected 64 hexadecimal digits.');
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

/** One `name=number` after the other. */
export function policySetting(text: string, before: CardPolicy = {}): CardPolicy {
  const [, name, value] = /^([A-Za-z]+)=(\d{1,10})$/.exec(text) ?? [];
  const known = cardPolicyNames.find((each) => each === name);
  if (known === undefined) {
    throw new InvalidArgumentError(`Expected <name>=<number>, with a name of ${cardPolicyNames.join(', ')}.`);
  }
  return { ...before, [known]: Number(value) };
}
