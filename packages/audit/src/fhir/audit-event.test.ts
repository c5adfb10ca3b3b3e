import { describe, expect, test } from 'vitest';
import type { AuditEntry } from '../entry/entry.ts';
import { type AuditKind, auditKinds } from '../entry/kinds.ts';
import { auditEvent } from './audit-event.ts';

const origin = 'vitalseal-audit/0123456789abcdef';
const entry = (change: Partial<AuditEntry> = {}): AuditEntry => ({
  index: 12,
  previous: '',
  at: Date.UTC(2026, 2, 1, 8, 30),
  kind: 'history-read',
  actor: 'urn:vitalseal:doctor:house',
  patient: 'urn:vitalseal:patient:anna',
  what: { from: 1, list: [1, 'b'] },
  ...change,
});

describe('an entry as a FHIR R4 AuditEvent', () => {
  test('says who did what to whose data, when, and how it ended', () => {
    expect(auditEvent(origin, entry())).toEqual({
      resourceType: 'AuditEvent',
      id: 'vitalseal-audit-0123456789abcdef-12',
      type: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110110', display: 'Patient Record' },
      subtype: [{ system: 'urn:vitalseal:audit-kind', code: 'history-read' }],
      action: 'R',
      recorded: '2026-03-01T08:30:00.000Z',
      outcome: '0',
      agent: [
        { who: { identifier: { system: 'urn:ietf:rfc:3986', value: 'urn:vitalseal:doctor:house' } }, requestor: true },
      ],
      source: {
        observer: { identifier: { system: 'urn:ietf:rfc:3986', value: `urn:vitalseal:${origin}` } },
        type: [{ system: 'http://terminology.hl7.org/CodeSystem/security-source-type', code: '4' }],
      },
      entity: [
        {
          what: { identifier: { system: 'urn:ietf:rfc:3986', value: 'urn:vitalseal:patient:anna' } },
          type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '1', display: 'Person' },
          role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '1', display: 'Patient' },
        },
        {
          type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '4', display: 'Other' },
          detail: [
            { type: 'from', valueString: '1' },
            { type: 'list', valueString: '[1,"b"]' },
          ],
        },
      ],
    });
  });

  test('says that something was refused, and why', () => {
    expect(auditEvent(origin, entry({ kind: 'access-refused', refused: 'not-permitted' }))).toMatchObject({
      outcome: '4',
      outcomeDesc: 'not-permitted',
    });
  });

  test.each(Object.keys(auditKinds) as AuditKind[])('has all that FHIR demands: %s', (kind) => {
    const event = auditEvent(origin, entry({ kind, actor: 'operator:root' }));
    expect(event.id).toMatch(/^[A-Za-z0-9.-]{1,64}$/);
    expect(event.type.code).toMatch(/^1101\d\d$/);
    expect(event.action).toMatch(/^[CRUDE]$/);
    expect(event.agent[0]?.who.identifier.value).toBe('urn:vitalseal:operator:root');
  });

  test('of a kind that only a newer release knows is told all the same', () => {
    const event = auditEvent(origin, entry({ kind: 'of-tomorrow' }));
    expect(event).toMatchObject({ subtype: [{ code: 'of-tomorrow' }], outcome: '0' });
    expect(event).not.toHaveProperty('action');
  });
});
