/**
 * An entry as one line of JSON in the one form that counts: members in a fixed order, names of details sorted, nothing
 * optional, no blank. What is hashed is these bytes, so an entry has one hash and a reader needs no canonicaliser.
 */
import type { Bytes } from '@vitalseal/protocol';
import { AuditError } from '../errors.ts';
import type { AuditAct, AuditEntry, Detail, Details } from './entry.ts';

export const longestEntry = 1 << 20;

const deepestDetail = 4;
const kindForm = /^[a-z][a-z-]{0,39}$/;
const nameForm = /^[a-z][A-Za-z]{0,31}$/;
/** Identities, codes, hashes, numbers of certificates: no blank, and so no name and no sentence. */
const tokenForm = /^[A-Za-z0-9._:+/=@-]{0,200}$/;
const hashForm = /^(?:[A-Za-z0-9+/]{43}=)?$/;

export interface EntryPlace {
  readonly index: number;
  readonly previous: string;
  readonly at: number;
}

/** An act that may stand in the log; its details are already in their one form. */
export interface CheckedAct {
  readonly kind: string;
  readonly actor: string;
  readonly patient?: string | undefined;
  readonly refused?: string | undefined;
  readonly what?: string | undefined;
}

/** @throws AuditError `audit-act-refused`: it says something that must not stand in the log */
export function checkAct({
  kind,
  actor,
  patient,
  refused,
  what,
}: Omit<AuditAct, 'kind'> & { kind: string }): CheckedAct {
  const isSound =
    kindForm.test(kind) &&
    isToken(actor) &&
    (patient === undefined || isToken(patient)) &&
    (refused === undefined || isToken(refused)) &&
    (what === undefined || areDetails(what));
  if (!isSound) throw new AuditError('audit-act-refused', 'expected an act told in tokens and whole numbers');
  return { kind, actor, patient, refused, what: what === undefined ? undefined : JSON.stringify(sorted(what)) };
}

export function entryLine({ index, previous, at }: EntryPlace, act: CheckedAct): string {
  const { kind, actor, patient, refused, what } = act;
  let line = `{"n":${index},"prev":"${previous}","at":${at},"kind":"${kind}","actor":"${actor}"`;
  if (patient !== undefined) line += `,"patient":"${patient}"`;
  if (refused !== undefined) line += `,"refused":"${refused}"`;
  if (what !== undefined) line += `,"what":${what}`;
  return `${line}}`;
}

export function encodeEntry(entry: AuditEntry): string {
  return entryLine(entry, checkAct(entry));
}

/** What is hashed: the line without its end. */
export function entryBytes(line: string): Bytes {
  return new TextEncoder().encode(line);
}

/** @throws AuditError `audit-malformed` unless it is the very line that `entryLine` writes */
export function decodeEntry(line: string): AuditEntry {
  if (line.length > longestEntry) throw malformed();
  const entry = entryOf(parsed(line));
  if (entry === undefined || encodeEntry(entry) !== line) throw malformed();
  return entry;
}

function entryOf(value: unknown): AuditEntry | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { n, prev, at, kind, actor, patient, refused, what } = value as { [name: string]: unknown };
  if (!isCount(n) || !isCount(at) || typeof prev !== 'string' || !hashForm.test(prev)) return undefined;
  if (typeof kind !== 'string' || !kindForm.test(kind) || !isToken(actor)) return undefined;
  if (patient !== undefined && !isToken(patient)) return undefined;
  if (refused !== undefined && !isToken(refused)) return undefined;
  if (what !== undefined && !areDetails(what)) return undefined;
  return {
    index: n,
    previous: prev,
    at,
    kind,
    actor,
    ...(patient === undefined ? {} : { patient }),
    ...(refused === undefined ? {} : { refused }),
    ...(what === undefined ? {} : { what }),
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw malformed(cause);
  }
}

function sorted(details: Details): Details {
  const names = Object.keys(details);
  if (names.length < 2) return details;
  return Object.fromEntries(names.sort().map((name) => [name, details[name] as Detail]));
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && tokenForm.test(value);
}

function areDetails(value: unknown): value is Details {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([name, detail]) => nameForm.test(name) && isDetail(detail, deepestDetail));
}

function isDetail(value: unknown, depth: number): value is Detail {
  if (typeof value === 'string') return tokenForm.test(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (typeof value === 'boolean') return true;
  return depth > 0 && Array.isArray(value) && value.every((part) => isDetail(part, depth - 1));
}

function malformed(cause?: unknown): AuditError {
  return new AuditError('audit-malformed', 'expected an entry of the log in its one form', { cause });
}
