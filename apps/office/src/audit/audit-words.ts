// Entries of the audit log in words: what happened, by whom, to whom. What is proved is the line itself, which is shown
// beside them.
import { type AuditEntry, decodeEntry, kindTraits } from '@vitalseal/audit';

export interface ReadEntry {
  readonly index: number;
  readonly at: number;
  readonly line: string;
  /** Undefined where the line is not in the log's one form: that is a finding of its own. */
  readonly entry: AuditEntry | undefined;
}

export function readEntry(told: { readonly index: number; readonly at: number; readonly text: string }): ReadEntry {
  try {
    return { index: told.index, at: told.at, line: told.text, entry: decodeEntry(told.text) };
  } catch {
    return { index: told.index, at: told.at, line: told.text, entry: undefined };
  }
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
