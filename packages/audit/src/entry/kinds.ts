/**
 * What the log has entries of. Each kind says what it is in the shape of FHIR's AuditEvent as well: an action (create,
 * read, update, delete, execute) and the group it belongs to (fhir/audit-event.ts has the codes).
 */

export type Action = 'C' | 'R' | 'U' | 'D' | 'E';

/** `application`: starts and stops; `record`: a patient's data; `sign-in`: who comes and goes; `security`: administration. */
export type KindGroup = 'application' | 'record' | 'sign-in' | 'security';

interface KindTraits {
  readonly group: KindGroup;
  readonly action: Action;
}

const kind = (group: KindGroup, action: Action): KindTraits => ({ group, action });

export const auditKinds = {
  // the log and the hospital
  'log-opened': kind('application', 'C'),
  'log-key-changed': kind('security', 'U'),
  'log-exported': kind('security', 'R'),
  'log-damaged': kind('security', 'E'),
  'hospital-started': kind('application', 'E'),
  'hospital-stopped': kind('application', 'E'),
  'rollback-detected': kind('security', 'E'),
  // readings
  'stream-opened': kind('record', 'C'),
  'readings-stored': kind('record', 'C'),
  'readings-removed': kind('record', 'D'),
  // alarms and calls
  'alarm-raised': kind('record', 'C'),
  'alarm-changed': kind('record', 'U'),
  'alarm-sent': kind('record', 'R'),
  'alarm-received': kind('record', 'R'),
  'alarm-opened': kind('record', 'R'),
  'alarm-acknowledged': kind('record', 'U'),
  'call-offered': kind('record', 'C'),
  'call-changed': kind('record', 'U'),
  'call-seen': kind('record', 'R'),
  // what a patient shares
  'consent-changed': kind('record', 'U'),
  // who saw what
  'watch-began': kind('record', 'R'),
  'watch-ended': kind('record', 'R'),
  'history-read': kind('record', 'R'),
  'access-refused': kind('record', 'R'),
  'glass-broken': kind('record', 'R'),
  'list-read': kind('record', 'R'),
  'audit-read': kind('security', 'R'),
  // who comes and goes
  'signed-in': kind('sign-in', 'E'),
  'signed-out': kind('sign-in', 'E'),
  'sign-in-refused': kind('sign-in', 'E'),
  'session-locked': kind('sign-in', 'E'),
  'session-unlocked': kind('sign-in', 'E'),
  'session-revoked': kind('sign-in', 'D'),
  'step-up': kind('sign-in', 'E'),
  'channel-opened': kind('sign-in', 'E'),
  'channels-closed': kind('sign-in', 'E'),
  // administration
  'patient-admitted': kind('security', 'C'),
  'patient-discharged': kind('security', 'U'),
  'patient-erased': kind('security', 'D'),
  'person-invited': kind('security', 'C'),
  'person-registered': kind('security', 'U'),
  'person-removed': kind('security', 'D'),
  'invitation-withdrawn': kind('security', 'D'),
  'care-team-changed': kind('security', 'U'),
  'passkey-registered': kind('security', 'C'),
  'passkey-removed': kind('security', 'D'),
  'certificate-revoked': kind('security', 'D'),
  'retention-changed': kind('security', 'U'),
  'card-invited': kind('security', 'C'),
  'card-ordered': kind('security', 'U'),
  'card-changed': kind('security', 'U'),
  'key-rotated': kind('security', 'U'),
  'key-shared': kind('security', 'R'),
  'key-recovered': kind('security', 'U'),
  'backup-made': kind('security', 'R'),
  'backup-restored': kind('security', 'C'),
} as const satisfies Record<string, KindTraits>;

export type AuditKind = keyof typeof auditKinds;

/** Undefined for a kind that a newer release knows. */
export function kindTraits(name: string): KindTraits | undefined {
  return Object.hasOwn(auditKinds, name) ? auditKinds[name as AuditKind] : undefined;
}
