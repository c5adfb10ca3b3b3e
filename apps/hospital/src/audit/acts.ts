/** The acts that several parts of the hospital report, each in one form. */
import { userInfo } from 'node:os';
import type { AuditAct } from '@vitalseal/audit';
import { bytesToHex } from '@vitalseal/protocol';
import type { Blob } from '../store/schema.ts';

/** The hospital's own program: nobody asked for it. */
export const systemActor = 'vitalseal';

/** The log by its own name, which its first entry holds: what its checkpoints are of. */
export function logOrigin(log: string): string {
  return `vitalseal-audit/${log}`;
}

/** Whoever runs a command at the hospital's machine: the name of their account there. */
export function operator(): string {
  let name = 'unknown';
  try {
    name = userInfo().username;
  } catch {
    // An account that the system has no name of.
  }
  return `operator:${name.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, 64)}`;
}

/** The store's identity of a patient, as the log names them. */
export function patientName(id: string): string {
  return `urn:vitalseal:patient:${id}`;
}

export interface OpenedStream {
  readonly number: number;
  /** Identity of a patient, as the store has it. */
  readonly patient: string;
  readonly source: string;
  readonly channel: Blob;
}

/** A sensor's counter is counted on a stream of its own: what `readings-stored` names by number. */
export function streamOpened({ number, patient, source, channel }: OpenedStream): AuditAct {
  return {
    kind: 'stream-opened',
    actor: systemActor,
    patient: patientName(patient),
    what: { stream: number, source, channel: bytesToHex(channel) },
  };
}
