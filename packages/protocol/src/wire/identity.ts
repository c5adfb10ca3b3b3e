// The paper's ID_S, ID_P, ID_H: who speaks and in what role. The text form stands in certificates (a URI of the subject
// alternative name) and on the wire, so that a sensor's certificate can never be read as a doctor's.

import { ProtocolError } from '../errors.ts';
import { TextCache } from './cbor/text-cache.ts';
import type { Field } from './field.ts';

export const roles = ['sensor', 'patient', 'hospital', 'doctor', 'ambulance', 'administrator', 'auditor'] as const;
export type Role = (typeof roles)[number];

/** Those that people have: certified for one session at a time. */
export const staffRoles = ['doctor', 'ambulance', 'administrator', 'auditor'] as const satisfies readonly Role[];
export type StaffRole = (typeof staffRoles)[number];

export function isStaffRole(role: Role): role is StaffRole {
  return staffRoles.some((staff) => staff === role);
}

export interface Identity {
  readonly role: Role;
  /** 1 to 64 of A-Z a-z 0-9 . _ - */
  readonly id: string;
}

const form = new RegExp(`^urn:vitalseal:(${roles.join('|')}):([A-Za-z0-9._-]{1,64})$`);

/** @throws ProtocolError `identity-malformed` */
export function formatIdentity({ role, id }: Identity): string {
  const text = `urn:vitalseal:${role}:${id}`;
  if (!form.test(text))
    throw new ProtocolError('identity-malformed', 'expected a role and 1 to 64 of A-Z a-z 0-9 . _ -');
  return text;
}

/** @throws ProtocolError `identity-malformed` */
export function parseIdentity(text: string): Identity {
  const [, role, id] = form.exec(text) ?? [];
  if (role === undefined || id === undefined) {
    throw new ProtocolError('identity-malformed', 'expected urn:vitalseal:<role>:<id>');
  }
  return { role: role as Role, id };
}

export function sameIdentity(a: Identity, b: Identity): boolean {
  return a.role === b.role && a.id === b.id;
}

const seen = new TextCache((text) => Object.freeze(parseIdentity(text)));

export const identity: Field<Identity> = {
  write: (writer, value) => writer.text(formatIdentity(value)),
  read: (reader) => reader.cachedText(seen),
};
