// Entries of the audit log in words: what happened, by whom, to whom. What is proved is the line itself, which is shown
// beside them.
import { type AuditEntry, decodeEntry, kindTraits } from '@vitalseal/audit';

export interface ReadEntry {
  readonly index: number;
  readonly at: number;
  readonly line: string;
  /** Undefined where the line is not in the log's one form: that is a finding of its own. */
  readonly entry: (Omit<AuditEntry, 'what'> & Pick<Partial<AuditEntry>, 'what'>) | undefined;
  /** A long entry, of many readings, comes without its end: it is whole in the export only. */
  readonly isCut: boolean;
}

const cutAt = 4096;
const beginning =
  /^\{"n":(\d+),"prev":"([^"]*)","at":(\d+),"kind":"([a-z-]+)","actor":"([^"]*)"(?:,"patient":"([^"]*)")?(?:,"refused":"([^"]*)")?/;

export function readEntry(told: { readonly index: number; readonly at: number; readonly text: string }): ReadEntry {
  const { index, at, text: line } = told;
  try {
    return { index, at, line, entry: decodeEntry(line), isCut: false };
  } catch {
    const isCut = line.length === cutAt;
    return { index, at, line, entry: isCut ? beginningOf(line) : undefined, isCut };
  }
}

function beginningOf(line: string): ReadEntry['entry'] {
  const [, n, previous = '', at, kind, actor = '', patient, refused] = beginning.exec(line) ?? [];
  if (kind === undefined) return undefined;
  return {
    index: Number(n),
    previous,
    at: Number(at),
    kind,
    actor,
    ...(patient !== undefined && { patient }),
    ...(refused !== undefined && { refused }),
  };
}

/** `alarm-acknowledged` as `Alarm acknowledged`. */
export function kindInWords(kind: string): string {
  const words = kind.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `urn:vitalseal:doctor:okafor` as `doctor okafor`. */
export const actorInWords = (actor: string): string =>
  actor.replace(/^urn:vitalseal:([a-z]+):/, '$1 ').replace(/^operator:/, 'at the server: ');

export const groups = [
  { value: '', label: 'Everything' },
  { value: 'record', label: 'Patients’ data' },
  { value: 'sign-in', label: 'Sign-in and sessions' },
  { value: 'security', label: 'Administration' },
  { value: 'application', label: 'Starts and stops' },
] as const;

export interface Filter {
  readonly group: string;
  readonly text: string;
  readonly refusedOnly: boolean;
}

export function passes({ entry, line }: ReadEntry, { group, text, refusedOnly }: Filter): boolean {
  if (refusedOnly && entry?.refused === undefined) return false;
  if (group !== '' && (entry === undefined || kindTraits(entry.kind)?.group !== group)) return false;
  return text === '' || line.toLowerCase().includes(text.toLowerCase());
}
