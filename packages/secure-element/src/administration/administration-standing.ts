// How administration stands, for the phone to act on: whose address it has to find, and what the card waits for.

import type { Bytes } from '@vitalseal/protocol';
import { decodeTlvs, encodeTlv, octets, type Tlv, unsigned } from '@vitalseal/uicc';
import type { HospitalServer } from '@vitalseal/uicc/global-platform';
import { SecureElementError } from '../errors.ts';
import type { Administration, AdministrationState } from './administration.ts';
import { standingTag } from './domain-instructions.ts';
import { type DomainState, mhaLifeCycle } from './domain-state.ts';

export interface AdministrationStanding {
  /** Undefined for a card without an activation code. */
  readonly server: HospitalServer | undefined;
  /** Where the MHA delivers. */
  readonly deliveryServer: HospitalServer | undefined;
  readonly hasAddress: boolean;
  readonly administration: AdministrationState;
  readonly mha: ReturnType<typeof mhaLifeCycle>;
  /** Scripts finished so far. */
  readonly scripts: number;
}

const states = ['idle', 'running', 'waiting'] as const;
const lifeCycles = ['selectable', 'personalized', 'locked', 'terminated'] as const;
const text = new TextEncoder();

export function administrationStanding(domain: DomainState, administration: Administration): Bytes {
  const { state } = administration;
  return encodeTlv(
    standingTag,
    ...serverObjects(0xa0, domain.server),
    ...serverObjects(0xa1, domain.deliveryServer ?? domain.server),
    encodeTlv(0x82, administration.hasAddress ? 1 : 0),
    encodeTlv(0x83, states.indexOf(state.state)),
    encodeTlv(0x84, text.encode(state.state === 'waiting' ? state.code : '')),
    encodeTlv(0x85, lifeCycles.indexOf(mhaLifeCycle(domain))),
    encodeTlv(0x86, octets(domain.scripts, 4)),
  );
}

/** @throws SecureElementError `answer-malformed`, UiccError */
export function decodeAdministrationStanding(bytes: Bytes): AdministrationStanding {
  const [outer] = decodeTlvs(bytes);
  if (outer?.tag !== standingTag) throw malformed();
  const objects = decodeTlvs(outer.value);
  const state = states[octet(objects, 0x83)];
  const mha = lifeCycles[octet(objects, 0x85)];
  if (!state || !mha) throw malformed();
  const code = new TextDecoder().decode(valueUnder(objects, 0x84));
  return {
    server: serverOf(objects, 0xa0),
    deliveryServer: serverOf(objects, 0xa1),
    hasAddress: octet(objects, 0x82) === 1,
    administration: state === 'waiting' ? { state, code } : { state },
    mha,
    scripts: numberUnder(objects, 0x86, 4),
  };
}

function serverObjects(tag: number, server: HospitalServer | undefined): Bytes[] {
  if (!server) return [];
  return [encodeTlv(tag, encodeTlv(0x80, text.encode(server.host)), encodeTlv(0x81, octets(server.port, 2)))];
}

function serverOf(objects: readonly Tlv[], tag: number): HospitalServer | undefined {
  const found = objects.find((object) => object.tag === tag);
  if (!found) return undefined;
  const fields = decodeTlvs(found.value);
  return { host: new TextDecoder().decode(valueUnder(fields, 0x80)), port: numberUnder(fields, 0x81, 2) };
}

function valueUnder(objects: readonly Tlv[], tag: number): Bytes {
  const found = objects.find((object) => object.tag === tag);
  if (!found) throw malformed();
  return found.value;
}

function numberUnder(objects: readonly Tlv[], tag: number, length: number): number {
  const value = valueUnder(objects, tag);
  if (value.length !== length) throw malformed();
  return unsigned(value);
}

function octet(objects: readonly Tlv[], tag: number): number {
  return valueUnder(objects, tag)[0] ?? 0;
}

function malformed(): SecureElementError {
  return new SecureElementError('answer-malformed', 'expected how the administration of a card stands');
}
