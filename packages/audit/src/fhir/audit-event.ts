/**
 * An entry as a FHIR R4 AuditEvent (https://hl7.org/fhir/R4/auditevent.html), for the hospital's own audit repository. The
 * types are DICOM's (PS3.16, CID 400 and 401), as FHIR's value sets have them; the entry's own kind goes beside.
 */
import type { AuditEntry, Detail } from '../entry/entry.ts';
import { type Action, type KindGroup, kindTraits } from '../entry/kinds.ts';

interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
}

interface Reference {
  readonly identifier: { readonly system: string; readonly value: string };
}

export interface AuditEvent {
  readonly resourceType: 'AuditEvent';
  readonly id: string;
  readonly type: Coding;
  readonly subtype: readonly Coding[];
  readonly action?: Action;
  /** RFC 3339. */
  readonly recorded: string;
  /** 0: done; 4: refused. */
  readonly outcome: '0' | '4';
  readonly outcomeDesc?: string;
  readonly agent: readonly { readonly who: Reference; readonly requestor: boolean }[];
  readonly source: { readonly observer: Reference; readonly type: readonly Coding[] };
  readonly entity?: readonly AuditEventEntity[];
}

interface AuditEventEntity {
  readonly what?: Reference;
  readonly type?: Coding;
  readonly role?: Coding;
  readonly detail?: readonly { readonly type: string; readonly valueString: string }[];
}

const dicom = 'http://dicom.nema.org/resources/ontology/DCM';
const kindSystem = 'urn:vitalseal:audit-kind';
const identitySystem = 'urn:ietf:rfc:3986';

const types: { readonly [group in KindGroup]: Coding } = {
  application: { system: dicom, code: '110100', display: 'Application Activity' },
  record: { system: dicom, code: '110110', display: 'Patient Record' },
  'sign-in': { system: dicom, code: '110114', display: 'User Authentication' },
  security: { system: dicom, code: '110113', display: 'Security Alert' },
};

/** Where DICOM has a name for just that. */
const subtypes: { readonly [kind: string]: Coding } = {
  'hospital-started': { system: dicom, code: '110120', display: 'Application Start' },
  'hospital-stopped': { system: dicom, code: '110121', display: 'Application Stop' },
  'signed-in': { system: dicom, code: '110122', display: 'Login' },
  'signed-out': { system: dicom, code: '110123', display: 'Logout' },
  'glass-broken': { system: dicom, code: '110127', display: 'Emergency Override Started' },
};

/** @param origin of the log: what observed it, and part of the event's identity */
export function auditEvent(origin: string, entry: AuditEntry): AuditEvent {
  const { index, at, kind, actor, refused } = entry;
  const traits = kindTraits(kind);
  const more = subtypes[kind];
  const entities = entitiesOf(entry);
  return {
    resourceType: 'AuditEvent',
    id: `${origin.replaceAll(/[^A-Za-z0-9.-]/g, '-')}-${index}`.slice(-64),
    type: types[traits?.group ?? 'security'],
    subtype: [...(more === undefined ? [] : [more]), { system: kindSystem, code: kind }],
    ...(traits === undefined ? {} : { action: traits.action }),
    recorded: new Date(at).toISOString(),
    outcome: refused === undefined ? '0' : '4',
    ...(refused === undefined ? {} : { outcomeDesc: refused }),
    agent: [{ who: reference(actor), requestor: true }],
    source: {
      observer: reference(origin),
      type: [{ system: 'http://terminology.hl7.org/CodeSystem/security-source-type', code: '4' }],
    },
    ...(entities.length === 0 ? {} : { entity: entities }),
  };
}

function entitiesOf({ patient, what }: AuditEntry): AuditEventEntity[] {
  const entities: AuditEventEntity[] = [];
  if (patient !== undefined) {
    entities.push({
      what: reference(patient),
      type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '1', display: 'Person' },
      role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '1', display: 'Patient' },
    });
  }
  const details = Object.entries(what ?? {});
  if (details.length > 0) {
    entities.push({
      type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '4', display: 'Other' },
      detail: details.map(([type, detail]) => ({ type, valueString: textOf(detail) })),
    });
  }
  return entities;
}

function textOf(detail: Detail): string {
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}

function reference(value: string): Reference {
  return { identifier: { system: identitySystem, value: value.startsWith('urn:') ? value : `urn:vitalseal:${value}` } };
}
