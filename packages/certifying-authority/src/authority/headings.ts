// Under which headings an authority's facts stand in its index.
import { type Bytes, bytesToHex, formatIdentity, type Identity, sha256 } from '@vitalseal/protocol';
import { utf8 } from '../encoding/text.ts';
import type { AuthorityStore, IndexKind } from './authority-store.ts';
import type { InvitationRecord, IssuedRecord, RevocationRecord } from './records.ts';

type Entry = readonly [index: IndexKind, heading: string];

/** UTC; days sort as their names do. */
export function dayOf(utcMs: number): string {
  return new Date(utcMs).toISOString().slice(0, 10);
}

/** Identifiers have dots, headings have none. */
export async function headingOf(identity: Identity): Promise<string> {
  return hashed(utf8(formatIdentity(identity)));
}

/** What is the authority's own stands under its kind. */
export function ownHeading(kind: IssuedRecord['kind']): string {
  return `own-${kind}`;
}

export async function headingOfKey(publicKeySpki: Bytes): Promise<string> {
  return hashed(publicKeySpki);
}

export async function enterIssued(store: AuthorityStore, name: string, record: IssuedRecord): Promise<void> {
  const { serial, kind, identity, publicKeySpki, authorisedBy, issuedAt, notAfter } = record;
  await enterAll(store, name, [
    ['by-serial', serial],
    ['by-identity', identity === undefined ? ownHeading(kind) : await headingOf(identity)],
    ['by-key', await headingOfKey(publicKeySpki)],
    ...(authorisedBy === undefined ? [] : [['by-authority', authorisedBy] as const]),
    ['by-issue', dayOf(issuedAt)],
    ['by-expiry', dayOf(notAfter)],
  ]);
}

export async function enterInvitation(
  store: AuthorityStore,
  name: string,
  { identity }: InvitationRecord,
): Promise<void> {
  await store.enter('invited', await headingOf(identity), name);
}

export async function enterRevocation(
  store: AuthorityStore,
  { serial, notAfter }: Pick<RevocationRecord, 'serial' | 'notAfter'>,
): Promise<void> {
  await store.enter('revoked', dayOf(notAfter), serial);
}

async function enterAll(store: AuthorityStore, name: string, entries: readonly Entry[]): Promise<void> {
  await Promise.all(entries.map(([index, heading]) => store.enter(index, heading, name)));
}

async function hashed(bytes: Bytes): Promise<string> {
  return bytesToHex((await sha256(bytes)).subarray(0, 16));
}
