/**
 * The hospital's tables, as TypeScript. What each is for is said beside it; the SQL that makes them is in migrations/.
 * `Sealed` columns hold what nobody reads without a data key (at-rest/sealed-value.ts).
 */
import type { ColumnType, Generated } from 'kysely';
import type { PeopleSchema } from './people-schema.ts';

export type Blob = Uint8Array<ArrayBuffer>;
/** Under the data key of the patient whom the row is about, or under the hospital's own. */
export type Sealed = Blob;

/** A person under the hospital's care: ID_P and what the ward calls them. */
export interface PatientTable {
  number: Generated<number>;
  identity: string;
  /** Name, bed and alarm policy (patients.ts); null until the key is there, and of one who was erased. */
  particulars: Sealed | null;
  admitted_at: number;
  discharged_at: number | null;
  /** When the data key was erased, and with it all that was sealed under it. */
  erased_at: number | null;
}

/** Keys that the sealed columns are under, wrapped by the key store's. Owner 0 is the hospital itself. */
export interface DataKeyTable {
  owner: number;
  version: number;
  wrapping_version: number;
  wrapped: Blob;
}

/**
 * Where readings come from: (patient, source, source's channel), interned so that a reading's origin is two integers.
 * The patient is part of it, or one patient's element could claim another's origin and have that reading taken for a duplicate.
 */
export interface StreamTable {
  number: Generated<number>;
  patient: number;
  source: string;
  channel: Blob;
}

/** PD. Unique by origin (stream, sequence): sending a record twice stores it once. */
export interface ReadingTable {
  number: Generated<number>;
  stream: number;
  sequence: number;
  patient: number;
  measured_at: number;
  received_at: number;
  /**
   * The record as the patient's element sealed it, step-2 payload within (PD, LOC_P, T_P, ID_P, ID_H); of a release before, the
   * payload as it was sealed under the patient's data key (at-rest/reading-opener.ts).
   */
  payload: Blob;
}

/** What opens the records of a patient's channel, long after the channel itself is closed. */
export interface ReadingKeyTable {
  patient: number;
  channel: Blob;
  /** No reading on the channel came later than this: UTC ms, clinical. */
  through: number;
  secrets: Sealed;
  /** Of the certificate that spoke on the channel; null of channels that a former release has kept. */
  serial: string | null;
}

/** SK_PH or SK_HD of one peer. */
export interface ChannelTable {
  id: Blob;
  step: number;
  peer: string;
  /** Serial numbers of the peer's certificate and of its issuers, with a blank between them. */
  certificate_serials: string;
  secrets: Sealed;
  opened_at: number;
  expires_at: number;
  /** Send counters below this may have been used: reserved durably ahead of use, so that power loss repeats no nonce. */
  send_reserved: number;
}

/** Which of the peer's counters were seen. Apart from channels, since it is rewritten with every commit. */
export interface ReplayWindowTable {
  channel: Blob;
  window: Blob;
}

/** State of triage as of one reading; what came after is replayed at start. */
export interface TriageTable {
  patient: number;
  through: number;
  state: Sealed;
}

export interface AlarmTable {
  id: string;
  patient: number;
  rule: Sealed;
  priority: string;
  state: string;
  raised_at: number;
  /** When the life cycle must next be looked at; null when it waits for nothing. */
  due_at: number | null;
  closed_at: number | null;
  /** The life cycle's own state (packages/clinical) as JSON. */
  life: Sealed;
  /** The step-3 notice, encoded; sealed for each recipient only when it is sent. */
  notice: Sealed;
  /** N_H: the hospital's own count of notices. */
  notice_number: number;
}

export interface AlarmEventTable {
  number: Generated<number>;
  alarm: string;
  event: string;
  by: string | null;
  at: number;
}

/** One alarm on its way to one person. */
export interface DeliveryTable {
  alarm: string;
  recipient: string;
  due_at: number;
  sent_at: number | null;
  received_at: number | null;
  opened_at: number | null;
}

export interface DispatchTable {
  id: string;
  alarm: string;
  patient: number;
  state: string;
  crew: string | null;
  called_at: number;
  changed_at: number;
  closed_at: number | null;
}

/** The hospital's staff. Of doctors and crews, tier 1 is called first; escalation goes upwards. */
export interface PersonTable {
  identity: string;
  role: string;
  name: Sealed;
  tier: number;
  on_call: number;
  /** The row stays: an identity is never given to somebody else. */
  removed_at: ColumnType<number | null, number | null | undefined, number | null>;
}

/** Durable counters of what leaves no row behind: duplicates, refusals by code. */
export interface TallyTable {
  name: string;
  count: number;
}

export interface SettingTable {
  name: string;
  value: string;
}

/** A patient's card (UICC), as its administration server knows it. */
export interface CardTable {
  number: Generated<number>;
  /** What the card calls itself in its administration: 16 hexadecimal digits. */
  administration_id: string;
  /** Identity of the patient whose card it is. */
  patient: string;
  /** How far its personalisation has come (card-administration/personalisation.ts). */
  stage: string;
  /** The pre-shared key of its administration, and the one that replaces it until the card is known to have it. */
  key_version: number;
  psk: Sealed;
  next_key_version: number | null;
  next_psk: Sealed | null;
  /** Until when the key of the activation code holds. */
  expires_at: number;
  /** What it is to be given (card-administration/particulars.ts), as JSON. */
  particulars: Sealed;
  /** What it last said of itself (GET DATA 'BF30'). */
  status: Sealed | null;
  /** Its certification request, PKCS #10. */
  request: Sealed | null;
  /** Its certificates, PEM, leaf first. */
  chain: string | null;
  /** Number of the revocation list that it was last sent. */
  list_number: number | null;
  /** Its signed word that it is terminated. */
  receipt: Blob | null;
  /** Of its certificate: null, 'due' or 'done'. */
  revocation: string | null;
  /** Code of what last stood in the way of its personalisation. */
  problem: string | null;
  invited_at: number;
  seen_at: number | null;
}

/** One command script for one card, and what the card answered. */
export interface CardScriptTable {
  number: Generated<number>;
  card: number;
  purpose: string;
  /** AID of the application it is for. */
  application: Blob;
  /** The script as it is sent; forgotten when it is finished, for there may be keys and codes in it. */
  commands: Sealed | null;
  /** 1: before all others. */
  urgent: number;
  /** queued, sent, done or failed */
  state: string;
  /** How often the card asked to come again with it: when the patient has not opened it yet. */
  postponements: number;
  sendings: number;
  queued_at: number;
  sent_at: number | null;
  finished_at: number | null;
  /** The response script as it came; not kept where it is data of its own elsewhere. */
  responses: Sealed | null;
  /** A status word, a script status or a code. */
  failure: string | null;
}

/** One line of the audit log and its leaf hash; numbered from 0 without a gap. */
export interface AuditEntryTable {
  number: number;
  leaf: Blob;
  entry: string;
}

/** One row: how many entries there are, and the leaf hash of the last. Whoever appends moves it. */
export interface AuditHeadTable {
  id: number;
  size: number;
  last: string;
}

/** A signed checkpoint, and the compact range of the tree at its size, from which the next one goes on. */
export interface AuditCheckpointTable {
  size: number;
  range: Blob;
  note: string;
  signed_at: number;
}

export interface HospitalSchema extends PeopleSchema {
  patients: PatientTable;
  data_keys: DataKeyTable;
  streams: StreamTable;
  readings: ReadingTable;
  reading_keys: ReadingKeyTable;
  channels: ChannelTable;
  replay_windows: ReplayWindowTable;
  triage: TriageTable;
  alarms: AlarmTable;
  alarm_events: AlarmEventTable;
  deliveries: DeliveryTable;
  dispatches: DispatchTable;
  people: PersonTable;
  tallies: TallyTable;
  settings: SettingTable;
  cards: CardTable;
  card_scripts: CardScriptTable;
  audit_entries: AuditEntryTable;
  audit_head: AuditHeadTable;
  audit_checkpoints: AuditCheckpointTable;
}
