// What ARA-M answers to GET DATA (section 4.1): all rules, the rule of one reference, and the refresh tag, by which a
// terminal learns that the rules it remembers are old.

import { join, octets } from '../../bytes.ts';
import type { Bytes } from '../../card.ts';
import { encodeTlv, tlvValue } from '../../tlv/ber-tlv.ts';
import {
  type AccessGrant,
  type AccessRule,
  accessRulesMalformed,
  accessTags,
  decodeAccess,
  decodeAccessRule,
  encodeAccess,
  encodeAccessRule,
  knownObjects,
  readObjects,
} from './access-rule.ts';

/** P1 and P2 of GET DATA, and the tag of its answer. */
export const accessRuleData = {
  all: 0xff40,
  specific: 0xff50,
  next: 0xff60,
  refreshTag: 0xdf20,
} as const;

export const refreshTagOctets = 8;

export function encodeAllAccessRules(rules: readonly AccessRule[]): Bytes {
  return encodeTlv(accessRuleData.all, ...rules.map(encodeAccessRule));
}

/** @throws UiccError `access-rules-malformed` */
export function decodeAllAccessRules(bytes: Uint8Array): AccessRule[] {
  return readObjects(only(bytes, accessRuleData.all)).map(({ tag, value }) => {
    if (tag !== accessTags.referenceAndRule) throw accessRulesMalformed('expected access rules');
    return decodeAccessRule(value);
  });
}

/** @param access undefined where no rule has that reference */
export function encodeSpecificAccess(access: AccessGrant | undefined): Bytes {
  return encodeTlv(accessRuleData.specific, access === undefined ? join() : encodeAccess(access));
}

/** @throws UiccError `access-rules-malformed` */
export function decodeSpecificAccess(bytes: Uint8Array): AccessGrant | undefined {
  const rule = tlvValue(knownObjects(only(bytes, accessRuleData.specific), [accessTags.rule]), accessTags.rule);
  return rule === undefined ? undefined : decodeAccess(rule);
}

export function encodeRefreshTag(refreshTag: Uint8Array | number): Bytes {
  const value = typeof refreshTag === 'number' ? octets(refreshTag, refreshTagOctets) : refreshTag;
  return encodeTlv(accessRuleData.refreshTag, value);
}

/** @throws UiccError `access-rules-malformed` */
export function decodeRefreshTag(bytes: Uint8Array): Bytes {
  const refreshTag = only(bytes, accessRuleData.refreshTag);
  if (refreshTag.length !== refreshTagOctets) throw accessRulesMalformed('expected a refresh tag of eight octets');
  return refreshTag;
}

function only(bytes: Uint8Array, tag: number): Bytes {
  const value = tlvValue(knownObjects(bytes, [tag]), tag);
  if (value === undefined) throw accessRulesMalformed('expected the data that was asked for');
  return value;
}
