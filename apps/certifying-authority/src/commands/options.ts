// Options of `vitalseal ca`, read from text; a mistake is one clear line.
import { resolve } from 'node:path';
import { formatIdentity, type Identity, parseIdentity, type Role, roles } from '@vitalseal/protocol';
import { Option } from 'commander';
import { CertifyingAuthorityAppError } from '../errors.ts';

export function dataOption(): Option {
  return new Option('--data <folder>', "the authority's data folder")
    .makeOptionMandatory()
    .argParser((text) => resolve(text));
}

export function jsonOption(): Option {
  return new Option('--json', 'write one line of JSON, for programs');
}

export function portOption(): Option {
  const text = 'port to listen on, 0 for a free one (default: that of the address given to "ca init")';
  return new Option('--port <number>', text).argParser(parsePort);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535) throw mistake('expected --port to be a number from 0 to 65535');
  return port;
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30m`, `24h`, `7d` in milliseconds. */
export function parseDuration(text: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (units[unit] ?? Number.NaN);
  if (!(milliseconds <= 90 * 86_400_000)) throw mistake('expected a duration like 30m, 24h or 7d, at most 90d');
  return milliseconds;
}

export function parseRole(text: string): Role {
  const role = roles.find((name) => name === text);
  if (role === undefined) throw mistake(`expected --role to be one of ${roles.join(', ')}`);
  return role;
}

export function identityFrom({ role, id }: { role: Role; id: string }): Identity {
  try {
    return parseIdentity(formatIdentity({ role, id }));
  } catch (cause) {
    throw mistake('expected --id of 1 to 64 letters, digits, dots, underscores and hyphens', cause);
  }
}

export function parseSerial(text: string): string {
  const serial = text.replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{2,40}$/.test(serial))
    throw mistake('expected --serial in hexadecimal, as "vitalseal ca list" shows it');
  return serial;
}

/** As `vitalseal hospital tpm` prints it, with or without colons. */
export function parseFingerprint(text: string): string {
  const fingerprint = text.replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(fingerprint)) {
    throw mistake('expected the fingerprint of a TPM: 64 hexadecimal digits, as "vitalseal hospital tpm" prints them');
  }
  return fingerprint;
}

export function parseUrl(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : undefined;
  if (protocol !== 'https:' && protocol !== 'http:') throw mistake('expected --url to be an https address');
  return text;
}

export function mistake(message: string, cause?: unknown): CertifyingAuthorityAppError {
  return new CertifyingAuthorityAppError('option-invalid', message, { cause });
}

/** For an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
