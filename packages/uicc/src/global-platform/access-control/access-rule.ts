// An access rule (section 6.1): whom it is about (REF-DO), and what is allowed (AR-DO). What this reader does not know is
// refused: a rule half understood could allow what it meant to forbid.

import { join } from '../../bytes.ts';
import type { Bytes } from '../../card.ts';
import { UiccError } from '../../errors.ts';
import { decodeTlvs, encodeTlv, type Tlv, tlvValue } from '../../tlv/ber-tlv.ts';

/** Four octets of a command's header that must be those of `header` wherever `mask` has a bit. */
export interface ApduFilter {
  readonly header: Bytes;
  readonly mask: Bytes;
}

export type Access = 'never' | 'always' | readonly ApduFilter[];

export interface AccessReference {
  /** AID of the card's application, or its beginning; empty: every one; absent: the one selected by default. */
  readonly application?: Bytes;
  /** Hash of the certificate that signed the device's application (20 or 32 octets); empty: every application. */
  readonly deviceApplication: Bytes;
}

/** What is allowed (AR-DO). */
export interface AccessGrant {
  readonly apdus: Access;
  /** Events of the contactless interface; this phone has none, and the rule is kept. */
  readonly nfcEvents?: 'never' | 'always';
}

export interface AccessRule extends AccessReference, AccessGrant {}

export const accessTags = {
  aidReference: 0x4f,
  defaultApplication: 0xc0,
  deviceApplication: 0xc1,
  reference: 0xe1,
  referenceAndRule: 0xe2,
  rule: 0xe3,
  apduRule: 0xd0,
  nfcEventRule: 0xd1,
} as const;

const filterOctets = 8;

export function accessRulesMalformed(expected: string, cause?: unknown): UiccError {
  return new UiccError('access-rules-malformed', expected, { cause });
}

/** The objects of a template, all of tags that are known, and none twice. @throws UiccError `access-rules-malformed` */
export function knownObjects(bytes: Uint8Array, tags: readonly number[]): Tlv[] {
  const objects = readObjects(bytes);
  if (objects.some(({ tag }) => !tags.includes(tag)) || new Set(objects.map(({ tag }) => tag)).size < objects.length) {
    throw accessRulesMalformed('expected known data objects, each once');
  }
  return objects;
}

export function readObjects(bytes: Uint8Array): Tlv[] {
  try {
    return decodeTlvs(bytes);
  } catch (cause) {
    throw accessRulesMalformed('expected data objects', cause);
  }
}

export function encodeAccessReference({ application, deviceApplication }: AccessReference): Bytes {
  const aid =
    application === undefined
      ? encodeTlv(accessTags.defaultApplication)
      : encodeTlv(accessTags.aidReference, application);
  return encodeTlv(accessTags.reference, aid, encodeTlv(accessTags.deviceApplication, deviceApplication));
}

/** @param value of REF-DO @throws UiccError `access-rules-malformed` */
export function decodeAccessReference(value: Uint8Array): AccessReference {
  const { aidReference, defaultApplication, deviceApplication: deviceTag } = accessTags;
  const objects = knownObjects(value, [aidReference, defaultApplication, deviceTag]);
  const application = tlvValue(objects, aidReference);
  const byDefault = tlvValue(objects, defaultApplication);
  const deviceApplication = tlvValue(objects, deviceTag);
  if (
    (application === undefined) === (byDefault === undefined) ||
    (byDefault?.length ?? 0) > 0 ||
    ![0, ...Array.from({ length: 12 }, (_, at) => 5 + at)].includes(application?.length ?? 0) ||
    ![0, 20, 32].includes(deviceApplication?.length ?? -1) ||
    deviceApplication === undefined
  ) {
    throw accessRulesMalformed('expected an application of the card and one of the device');
  }
  return { ...(application === undefined ? {} : { application }), deviceApplication };
}

export function encodeAccess({ apdus, nfcEvents }: AccessGrant): Bytes {
  const nfc = nfcEvents === undefined ? [] : [encodeTlv(accessTags.nfcEventRule, nfcEvents === 'always' ? 1 : 0)];
  return encodeTlv(accessTags.rule, encodeTlv(accessTags.apduRule, encodeApduRule(apdus)), ...nfc);
}

function encodeApduRule(apdus: Access): Bytes {
  if (apdus === 'never' || apdus === 'always') return join(apdus === 'always' ? 1 : 0);
  const filters = apdus.flatMap(({ header, mask }) => [header, mask]);
  if (filters.length === 0 || filters.some(({ length }) => length !== 4)) {
    throw accessRulesMalformed('expected filters of four octets and a mask');
  }
  return join(...filters);
}

/** @param value of AR-DO @throws UiccError `access-rules-malformed` */
export function decodeAccess(value: Uint8Array): AccessGrant {
  const objects = knownObjects(value, [accessTags.apduRule, accessTags.nfcEventRule]);
  const apdus = decodeApduRule(tlvValue(objects, accessTags.apduRule));
  const nfc = tlvValue(objects, accessTags.nfcEventRule);
  if (nfc === undefined) return { apdus };
  const [allowed = 2] = nfc;
  if (nfc.length !== 1 || allowed > 1) throw accessRulesMalformed('expected never or always');
  return { apdus, nfcEvents: allowed === 1 ? 'always' : 'never' };
}

function decodeApduRule(rule: Bytes | undefined): Access {
  const [generic = 0] = rule ?? [];
  if (rule?.length === 1 && generic < 2) return generic === 1 ? 'always' : 'never';
  if (rule === undefined || rule.length === 0 || rule.length % filterOctets !== 0) {
    throw accessRulesMalformed('expected never, always, or filters of eight octets');
  }
  return Array.from({ length: rule.length / filterOctets }, (_, at) => {
    const filter = rule.slice(at * filterOctets, (at + 1) * filterOctets);
    return { header: filter.slice(0, 4), mask: filter.slice(4) };
  });
}

/** REF-AR-DO: a rule as it is stored and told. */
export function encodeAccessRule(rule: AccessRule): Bytes {
  return encodeTlv(accessTags.referenceAndRule, join(encodeAccessReference(rule), encodeAccess(rule)));
}

/** @param value of REF-AR-DO @throws UiccError `access-rules-malformed` */
export function decodeAccessRule(value: Uint8Array): AccessRule {
  const objects = knownObjects(value, [accessTags.reference, accessTags.rule]);
  const reference = tlvValue(objects, accessTags.reference);
  const rule = tlvValue(objects, accessTags.rule);
  if (reference === undefined || rule === undefined) throw accessRulesMalformed('expected a reference and its rule');
  return { ...decodeAccessReference(reference), ...decodeAccess(rule) };
}
