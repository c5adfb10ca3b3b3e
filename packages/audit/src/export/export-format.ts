/**
 * An export of the log, or of a part of it that begins at a checkpoint: a text file, one thing a line, so that it can be read
 * with `less`, cut with `grep` and checked by anybody with SHA-256. docs/audit.md has an example.
 */
import type { Bytes } from '@vitalseal/protocol';
import { fromBase64, toBase64 } from '../base64.ts';
import { longestEntry } from '../entry/entry-codec.ts';
import { AuditError } from '../errors.ts';

export interface ExportHead {
  readonly origin: string;
  /** The log's key in its one-line form. */
  readonly key: string;
  /** Number of the first entry; the compact range of all before it. */
  readonly from: number;
  readonly range: Bytes;
}

export type ExportLine =
  | { readonly type: 'entry'; readonly leaf: string; readonly entry: string }
  | { readonly type: 'checkpoint'; readonly note: string }
  /** The last line: how many entries the log has up to here. */
  | { readonly type: 'end'; readonly size: number };

const version = 'vitalseal-audit-export 1';
export const headLines = 4;
const longestLine = longestEntry + 64;

export function formatHead({ origin, key, from, range }: ExportHead): string[] {
  return [version, `origin ${origin}`, `key ${key}`, `from ${from} ${toBase64(range)}`];
}

export function formatLine(line: ExportLine): string {
  switch (line.type) {
    case 'entry':
      return `entry ${line.leaf} ${line.entry}`;
    case 'checkpoint':
      return `checkpoint ${JSON.stringify(line.note)}`;
    case 'end':
      return `end ${line.size}`;
  }
}

/** @throws AuditError `audit-malformed` */
export function parseHead(lines: readonly string[]): ExportHead {
  const [first = '', second = '', third = '', fourth = ''] = lines;
  const [, origin] = /^origin (\S{1,128})$/.exec(second) ?? [];
  const [, key] = /^key (\S{1,600})$/.exec(third) ?? [];
  const [, from = '', encoded = ''] = /^from (0|[1-9]\d{0,15}) ([A-Za-z0-9+/=]*)$/.exec(fourth) ?? [];
  const range = fromBase64(encoded);
  if (first !== version || origin === undefined || key === undefined || from === '' || range === undefined) {
    throw malformed('an export of the audit log that this release can read');
  }
  return { origin, key, from: Number(from), range };
}

/** @throws AuditError `audit-malformed` */
export function parseLine(line: string): ExportLine {
  if (line.length > longestLine) throw malformed('a line of an export');
  const [, leaf, entry] = /^entry ([A-Za-z0-9+/]{43}=) (\{.*\})$/.exec(line) ?? [];
  if (leaf !== undefined && entry !== undefined) return { type: 'entry', leaf, entry };
  const [, size] = /^end (0|[1-9]\d{0,15})$/.exec(line) ?? [];
  if (size !== undefined) return { type: 'end', size: Number(size) };
  const [, quoted] = /^checkpoint (".*")$/.exec(line) ?? [];
  if (quoted !== undefined) return { type: 'checkpoint', note: unquoted(quoted) };
  throw malformed('a line of an export');
}

function unquoted(quoted: string): string {
  let note: unknown;
  try {
    note = JSON.parse(quoted);
  } catch (cause) {
    throw malformed('a checkpoint', cause);
  }
  if (typeof note !== 'string' || JSON.stringify(note) !== quoted) throw malformed('a checkpoint');
  return note;
}

function malformed(what: string, cause?: unknown): AuditError {
  return new AuditError('audit-malformed', `expected ${what}`, { cause });
}
