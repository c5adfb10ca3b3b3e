/** The hospital's tables, as TypeScript. What each is for is said beside it; the SQL that makes them is in migrations/. */
import type { Generated } from 'kysely';

export type Blob = Uint8Array<ArrayBuffer>;

/** A person under the hospital's care: ID_P and what the ward calls them. */
export interface PatientTable {
  number: Generated<number>;
  identity: string;
  name: string;
  bed: string;
  /** The alarm policy as JSON, already checked by packages/clinical; null stands for the default policy. */
  policy: string | null;
  admitted_at: number;
  discharged_at: number | null;
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
  /** The step-2 payload as it was sealed: PD, LOC_P, T_P, ID_P, ID_H. */
  payload: Blob;
}

/** SK_PH or SK_HD of one peer. */
export interface ChannelTable {
  id: Blob;
  step: number;
  peer: string;
  /** Serial numbers of the peer's certificate and of its issuers, with a blank between them. */
  certificate_serials: string;
  secrets: Blob;
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
  state: string;
}

export interface AlarmTable {
  id: string;
  patient: number;
  rule: string;
  priority: string;
  state: string;
  raised_at: number;
  /** When the life cycle must next be looked at; null when it waits for nothing. */
  due_at: number | null;
  closed_at: number | null;
  /** The life cycle's own state (packages/clinical) as JSON. */
  life: string;
  /** The step-3 notice, encoded; sealed for each recipient only when it is sent. */
  notice: Blob;
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

/** Doctors and crews. Tier 1 is called first; escalation goes upwards. */
export interface PersonTable {
  identity: string;
  role: string;
  name: string;
  tier: number;
  on_call: number;
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

export interface HospitalSchema {
  patients: PatientTable;
  streams: StreamTable;
  readings: ReadingTable;
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
}
