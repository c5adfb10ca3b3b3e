// What the office's page is shown in its tests: a small hospital, and a log whose entries follow one another.
import {
  type AuditAct,
  CompactRange,
  encodeEntry,
  entryBytes,
  formatHead,
  formatLine,
  formatNoteKey,
  leafHash,
  noteKey,
  signCheckpoint,
  toBase64,
} from '@vitalseal/audit';
import { exportPublicKey, generateKeyPair, ownCredential } from '@vitalseal/certifying-authority';
import type { OfficeReply } from '@vitalseal/clinician/testing';
import type { AuditEntry, CareTeam, EmergencyAccess, OpenSession, PatientCard, Person } from '@vitalseal/protocol';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

const passkeyOf = (label: string, at: number) => ({
  passkey: new Uint8Array(16).fill(label.length),
  label,
  registeredAt: at - 40 * day,
  usedAt: at - 2 * hour,
});

export function peopleAt(at: number): Person[] {
  const staff = { tier: 1, onCall: false, sessions: 0, passkeys: [] };
  return [
    {
      ...staff,
      person: { role: 'doctor', id: 'okafor' },
      name: 'Dr Adaeze Okafor',
      onCall: true,
      sessions: 2,
      passkeys: [passkeyOf('Chrome on Linux', at), passkeyOf('Security key', at)],
    },
    {
      ...staff,
      person: { role: 'doctor', id: 'lindqvist' },
      name: 'Dr Maja Lindqvist',
      tier: 2,
      onCall: true,
      passkeys: [passkeyOf('Safari on iPhone', at)],
    },
    { ...staff, person: { role: 'doctor', id: 'braun' }, name: 'Dr Elias Braun', invitedUntil: at + 20 * hour },
    {
      ...staff,
      person: { role: 'ambulance', id: 'unit-7' },
      name: 'Ambulance unit 7',
      onCall: true,
      sessions: 1,
      passkeys: [passkeyOf('Tablet in the cab', at)],
    },
    {
      ...staff,
      person: { role: 'administrator', id: 'haddad' },
      name: 'Nour Haddad',
      sessions: 1,
      passkeys: [passkeyOf('Windows Hello', at)],
    },
    {
      ...staff,
      person: { role: 'auditor', id: 'moreau' },
      name: 'Claire Moreau',
      passkeys: [passkeyOf('YubiKey', at)],
    },
  ];
}

export function sessionsAt(at: number): OpenSession[] {
  const open = { method: 'passkey', expiresAt: at + 8 * hour, locked: false, connected: true } as const;
  const okafor = { person: { role: 'doctor', id: 'okafor' }, name: 'Dr Adaeze Okafor' } as const;
  return [
    { ...open, ...okafor, session: 's-okafor-1', openedAt: at - 4 * hour, activeAt: at - 2 * minute },
    {
      ...open,
      ...okafor,
      session: 's-okafor-2',
      openedAt: at - 6 * hour,
      activeAt: at - 40 * minute,
      locked: true,
      connected: false,
    },
    {
      ...open,
      session: 's-unit-7',
      person: { role: 'ambulance', id: 'unit-7' },
      name: 'Ambulance unit 7',
      openedAt: at - 3 * hour,
      activeAt: at - 20 * minute,
      locked: true,
    },
  ];
}

const patient = (id: string) => ({ role: 'patient', id }) as const;

export const careTeams: CareTeam[] = [
  { patient: patient('anna'), name: 'Anna Berg', team: [{ role: 'doctor', id: 'okafor' }] },
  {
    patient: patient('bo'),
    name: 'Bo Nilsson',
    team: [
      { role: 'doctor', id: 'okafor' },
      { role: 'doctor', id: 'lindqvist' },
    ],
  },
  { patient: patient('cy'), name: 'Cyrus Amini', team: [] },
];

export const cardsAt = (at: number): PatientCard[] => [
  {
    card: 'a51c09e2',
    patient: patient('anna'),
    stage: 'personalised',
    invitedAt: at - 30 * day,
    seenAt: at - 3 * minute,
  },
  { card: '77d4b1f0', patient: patient('bo'), stage: 'invited', invitedAt: at - day },
];

export const emergenciesAt = (at: number): EmergencyAccess[] => [
  {
    id: 'e2',
    patient: patient('cy'),
    by: { role: 'doctor', id: 'lindqvist' },
    byName: 'Dr Maja Lindqvist',
    reason: 'Brought to the emergency department unconscious, no relatives reached',
    since: at - 12 * minute,
    until: at + 48 * minute,
  },
  {
    id: 'e1',
    patient: patient('anna'),
    by: { role: 'doctor', id: 'braun' },
    byName: 'Dr Elias Braun',
    reason: 'Covering for Dr Okafor, who cannot be reached; patient calls with chest pain',
    since: at - 9 * day,
    until: at - 9 * day + hour,
  },
];

const acts: readonly AuditAct[] = [
  { kind: 'hospital-started', actor: 'urn:vitalseal:hospital:st-example', what: { version: '0.1.0', keys: 'tpm' } },
  { kind: 'signed-in', actor: 'urn:vitalseal:administrator:haddad', what: { method: 'passkey' } },
  {
    kind: 'person-invited',
    actor: 'urn:vitalseal:administrator:haddad',
    what: { person: 'urn:vitalseal:doctor:braun' },
  },
  { kind: 'signed-in', actor: 'urn:vitalseal:doctor:okafor', what: { method: 'passkey' } },
  { kind: 'watch-began', actor: 'urn:vitalseal:doctor:okafor', patient: 'urn:vitalseal:patient:anna' },
  {
    kind: 'alarm-raised',
    actor: 'urn:vitalseal:hospital:st-example',
    patient: 'urn:vitalseal:patient:anna',
    what: { alarm: 'a-881', priority: 'high', rule: 'news2-high' },
  },
  {
    kind: 'alarm-acknowledged',
    actor: 'urn:vitalseal:doctor:okafor',
    patient: 'urn:vitalseal:patient:anna',
    what: { alarm: 'a-881' },
  },
  {
    kind: 'access-refused',
    actor: 'urn:vitalseal:doctor:lindqvist',
    patient: 'urn:vitalseal:patient:cy',
    refused: 'not-permitted',
  },
  { kind: 'glass-broken', actor: 'urn:vitalseal:doctor:lindqvist', patient: 'urn:vitalseal:patient:cy' },
  { kind: 'session-revoked', actor: 'urn:vitalseal:administrator:haddad', what: { session: 's-okafor-0' } },
];

/** Oldest first. */
export async function logOf(size: number, at: number): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  let previous = '';
  for (let index = 0; index < size; index += 1) {
    const act = acts[index % acts.length];
    if (act === undefined) throw new Error('expected an act');
    const when = at - (size - index) * 4 * minute;
    const text = encodeEntry({ ...act, index, previous, at: when });
    entries.push({ index, at: when, text });
    previous = toBase64(await leafHash(entryBytes(text)));
  }
  return entries;
}

export const pageOf = (log: readonly AuditEntry[], before = log.length, limit = 100): OfficeReply => ({
  type: 'audit',
  size: log.length,
  entries: log.slice(Math.max(0, before - limit), before).toReversed(),
});

/** Signs exports of a log, as the hospital does, with a key of its own. */
export async function logSigner(): Promise<(log: readonly AuditEntry[], signed?: number) => Promise<string[]>> {
  const { publicKey, privateKey } = await generateKeyPair({ extractable: false });
  const key = await noteKey('vitalseal.example/st-example', await exportPublicKey(publicKey));
  const { sign } = ownCredential({ chain: [], privateKey, present: 'x5t' });
  return async (log, signed = log.length) => {
    const range = CompactRange.empty();
    const head = formatHead({ origin: key.name, key: formatNoteKey(key), from: 0, range: new Uint8Array() });
    const lines = [...head];
    for (const { index, text } of log) {
      const leaf = await leafHash(entryBytes(text));
      await range.append(leaf);
      lines.push(formatLine({ type: 'entry', leaf: toBase64(leaf), entry: text }));
      if (index !== signed - 1) continue;
      const root = await range.root();
      const note = await signCheckpoint({ origin: key.name, size: signed, root }, key, async (bytes) => sign(bytes));
      lines.push(formatLine({ type: 'checkpoint', note }));
    }
    return [...lines, formatLine({ type: 'end', size: log.length })];
  };
}
