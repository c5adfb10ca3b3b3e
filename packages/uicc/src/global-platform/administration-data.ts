// What the hospital gives into a card by STORE DATA (Card Specification section 11.11, data as BER-TLV): data objects,
// some for the issuer security domain and the others for the MHA. docs/card.md has the table of tags.

import { join, octets } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { encodeTlv } from '../tlv/index.ts';
import {
  derObjects,
  field,
  fieldsOf,
  malformed,
  numberField,
  objectsOf,
  textBytes,
  textField,
} from './administration-fields.ts';
import { type CardPolicy, decodeCardPolicy, encodeCardPolicy } from './card-policy.ts';

export const dataTags = {
  certificates: 0xbf21,
  revocationList: 0xbf22,
  bonds: 0xbf23,
  hospital: 0xbf24,
  policy: 0xbf25,
  unblockingCode: 0xdf26,
  pollInterval: 0xdf27,
} as const;

/** Where the hospital listens for devices: to the card, of its deliveries and of its administration. */
export interface HospitalServer {
  readonly host: string;
  readonly port: number;
}

export type AdministrationData =
  /** For the MHA. Chain: DER, leaf first, without the root; anchors: roots; `at`: the hospital's time, UTC ms. */
  | {
      readonly kind: 'certificates';
      readonly chain: readonly Bytes[];
      readonly anchors: readonly Bytes[];
      readonly at: number;
    }
  /** For the MHA. DER. */
  | { readonly kind: 'revocation-list'; readonly list: Bytes }
  /** For the MHA. Identities as `urn:vitalseal:<role>:<id>`; the new bonds are all of the bonds. */
  | { readonly kind: 'bonds'; readonly sensors: readonly string[]; readonly hospital: string }
  /** For the MHA: where it delivers. For the issuer security domain: where it is administered. */
  | { readonly kind: 'hospital'; readonly server: HospitalServer }
  /** For the MHA: the new policy is all of the policy, and what it leaves open is as the card was made. */
  | { readonly kind: 'policy'; readonly policy: CardPolicy }
  /** For the MHA. The PUK: 8 digits. */
  | { readonly kind: 'unblocking-code'; readonly code: string }
  /** For the issuer security domain: how often it asks the hospital. 0: only when the phone says so. */
  | { readonly kind: 'poll-interval'; readonly seconds: number };

const maxCertificates = 4;
const maxSensors = 64;
const maxIdentity = 100;
const unblockingCode = /^[0-9]{8}$/;
const host = /^[A-Za-z0-9.:-]{1,100}$/;

export function encodeAdministrationData(data: readonly AdministrationData[]): Bytes {
  return join(...data.map(encodeOne));
}

function encodeOne(data: AdministrationData): Bytes {
  switch (data.kind) {
    case 'certificates':
      return encodeTlv(
        dataTags.certificates,
        encodeTlv(0x80, octets(data.at, 8)),
        encodeTlv(0xa1, ...data.chain),
        encodeTlv(0xa2, ...data.anchors),
      );
    case 'revocation-list':
      return encodeTlv(dataTags.revocationList, data.list);
    case 'bonds':
      return encodeTlv(
        dataTags.bonds,
        ...data.sensors.map((sensor) => encodeTlv(0x81, textBytes(sensor))),
        encodeTlv(0x82, textBytes(data.hospital)),
      );
    case 'hospital':
      return encodeTlv(
        dataTags.hospital,
        encodeTlv(0x80, textBytes(data.server.host)),
        encodeTlv(0x81, octets(data.server.port, 2)),
      );
    case 'policy':
      return encodeTlv(dataTags.policy, encodeCardPolicy(data.policy));
    case 'unblocking-code':
      return encodeTlv(dataTags.unblockingCode, textBytes(data.code));
    case 'poll-interval':
      return encodeTlv(dataTags.pollInterval, octets(data.seconds, 4));
  }
}

/** @throws UiccError `administration-malformed`: nothing of it is to be used then */
export function decodeAdministrationData(bytes: Bytes): AdministrationData[] {
  return objectsOf(bytes).map(({ tag, value }) => decodeOne(tag, value));
}

function decodeOne(tag: number, value: Bytes): AdministrationData {
  switch (tag) {
    case dataTags.certificates: {
      const fields = fieldsOf(value, [0x80, 0xa1, 0xa2]);
      return {
        kind: 'certificates',
        at: numberField(field(fields, 0x80), 8),
        chain: derObjects(field(fields, 0xa1), maxCertificates),
        anchors: derObjects(field(fields, 0xa2), maxCertificates),
      };
    }
    case dataTags.revocationList: {
      const [list, ...others] = derObjects(value, 1);
      if (!list || others.length > 0) throw malformed('expected one revocation list');
      return { kind: 'revocation-list', list };
    }
    case dataTags.bonds:
      return decodeBonds(value);
    case dataTags.hospital:
      return { kind: 'hospital', server: decodeServer(value) };
    case dataTags.policy:
      return { kind: 'policy', policy: decodeCardPolicy(value) };
    case dataTags.unblockingCode: {
      const code = textField(value, 8);
      if (!unblockingCode.test(code)) throw malformed('expected an unblocking code of eight digits');
      return { kind: 'unblocking-code', code };
    }
    case dataTags.pollInterval:
      return { kind: 'poll-interval', seconds: numberField(value, 4) };
    default:
      throw malformed('expected a data object that this card knows');
  }
}

function decodeBonds(value: Bytes): AdministrationData {
  const objects = objectsOf(value);
  const sensors = objects.filter(({ tag }) => tag === 0x81).map((sensor) => textField(sensor.value, maxIdentity));
  const [hospital, ...others] = objects.filter(({ tag }) => tag !== 0x81);
  if (hospital?.tag !== 0x82 || others.length > 0 || sensors.length > maxSensors) {
    throw malformed('expected sensors, and one hospital');
  }
  return { kind: 'bonds', sensors, hospital: textField(hospital.value, maxIdentity) };
}

function decodeServer(value: Bytes): HospitalServer {
  const fields = fieldsOf(value, [0x80, 0x81]);
  const server = { host: textField(field(fields, 0x80), 100), port: numberField(field(fields, 0x81), 2) };
  if (!host.test(server.host) || server.port === 0) throw malformed('expected the name and the port of a server');
  return server;
}
