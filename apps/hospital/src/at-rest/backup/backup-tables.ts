/** What of the store is in a backup, in the order in which it can be put back: whatever is referred to comes first. */
import type { HospitalSchema } from '../../store/schema.ts';

export interface BackedUpTable {
  readonly name: keyof HospitalSchema;
  /** Its primary key. A single `number` can be paged by, however many rows there are. */
  readonly key: readonly string[];
  /** Its numbers are counted by the database, and never given twice. */
  readonly counted?: true;
}

export const backedUpTables: readonly BackedUpTable[] = [
  { name: 'data_keys', key: ['owner', 'version'] },
  { name: 'patients', key: ['number'], counted: true },
  { name: 'people', key: ['identity'] },
  { name: 'passkeys', key: ['id'] },
  { name: 'care_teams', key: ['patient', 'person'] },
  { name: 'emergency_accesses', key: ['id'] },
  { name: 'streams', key: ['number'], counted: true },
  { name: 'readings', key: ['number'], counted: true },
  { name: 'reading_keys', key: ['patient', 'channel'] },
  { name: 'triage', key: ['patient'] },
  { name: 'alarms', key: ['id'] },
  { name: 'alarm_events', key: ['number'], counted: true },
  { name: 'deliveries', key: ['alarm', 'recipient'] },
  { name: 'dispatches', key: ['id'] },
  { name: 'cards', key: ['number'], counted: true },
  { name: 'card_scripts', key: ['number'], counted: true },
  { name: 'tallies', key: ['name'] },
  { name: 'settings', key: ['name'] },
  { name: 'audit_entries', key: ['number'] },
  { name: 'audit_head', key: ['size'] },
  { name: 'audit_checkpoints', key: ['size'] },
];

/** Keys that are texts: PostgreSQL would put them in the order of its language. */
export const textKeys: readonly string[] = ['identity', 'person', 'alarm', 'recipient', 'name', 'id'];

/** What must not come back: keys of channels would be used twice, and a session or a link that has ended must stay so. */
export const leftOutTables: readonly (keyof HospitalSchema)[] = [
  'channels',
  'replay_windows',
  'sessions',
  'invitations',
];

/** Of the settings: what is true of one store at one time alone. */
export const leftOutSettings: readonly string[] = ['anchor', 'clear-pages', 'restoring'];
