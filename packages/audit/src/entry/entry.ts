/**
 * One entry of the log. It says who did what to whose data, by pseudonyms: names, values, places and free text never stand
 * here, so that the log can be shown to an auditor, and outlives the erasure of a patient.
 */
import type { AuditKind } from './kinds.ts';

/** Tokens, whole numbers, and lists of them: nothing in which a sentence or a measured value would fit by accident. */
export type Detail = string | number | boolean | readonly Detail[];

export type Details = { readonly [name: string]: Detail };

/** What happened, as whoever reports it knows it. */
export interface AuditAct {
  readonly kind: AuditKind;
  /** Who did it: an identity (`urn:vitalseal:doctor:d1`), or `operator:<account>` for a command at the hospital's machine. */
  readonly actor: string;
  /** Identity of the patient whose data it concerns. */
  readonly patient?: string;
  /** A stable code when it was refused or failed; left out when it was done. */
  readonly refused?: string;
  readonly what?: Details;
}

/** An act with its place in the log. */
export interface AuditEntry extends Omit<AuditAct, 'kind'> {
  /** Counted from 0. */
  readonly index: number;
  /** Leaf hash of the entry before, base64; empty in the first. */
  readonly previous: string;
  /** UTC ms by the hospital's own clock. */
  readonly at: number;
  /** A kind that this release does not know is read all the same. */
  readonly kind: string;
}
