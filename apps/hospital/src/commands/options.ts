/** Options that several of the hospital's commands share. */
import { InvalidArgumentError, Option } from 'commander';

export const idPattern = /^[A-Za-z0-9._-]{1,64}$/;

export function dataOption(): Option {
  return new Option('--data <dir>', 'data folder of the hospital').makeOptionMandatory();
}

export function databaseOption(): Option {
  return new Option('--database-url <url>', 'PostgreSQL instead of SQLite in the data folder').env('DATABASE_URL');
}

export function identifier(text: string): string {
  if (!idPattern.test(text)) throw new InvalidArgumentError('Expected 1 to 64 of A-Z a-z 0-9 . _ -');
  return text;
}

export function port(text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number > 65_535) throw new InvalidArgumentError('Expected a port from 0 to 65535.');
  return number;
}

export function tier(text: string): number {
  if (!/^[1-9]$/.test(text)) throw new InvalidArgumentError('Expected a tier from 1 to 9.');
  return Number(text);
}

export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}
