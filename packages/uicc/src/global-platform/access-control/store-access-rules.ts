// What STORE DATA tells ARA-M (section 5.1): to keep a rule, to drop rules, to change the refresh tag.

import type { Bytes } from '../../card.ts';
import { encodeTlv, tlvValue } from '../../tlv/ber-tlv.ts';
import {
  type AccessReference,
  type AccessRule,
  accessRulesMalformed,
  accessTags,
  decodeAccessReference,
  decodeAccessRule,
  encodeAccessReference,
  encodeAccessRule,
  knownObjects,
  readObjects,
} from './access-rule.ts';

export type StoreAccessRules =
  | { readonly command: 'store'; readonly rule: AccessRule }
  | { readonly command: 'delete-all' }
  | { readonly command: 'delete-application'; readonly application: Bytes }
  | { readonly command: 'delete-reference'; readonly reference: AccessReference }
  | { readonly command: 'delete-rule'; readonly rule: AccessRule }
  | { readonly command: 'update-refresh-tag' };

const storeTag = 0xf0;
const deleteTag = 0xf1;
const updateRefreshTagTag = 0xf2;

export function encodeStoreAccessRules(store: StoreAccessRules): Bytes {
  switch (store.command) {
    case 'store':
      return encodeTlv(storeTag, encodeAccessRule(store.rule));
    case 'delete-all':
      return encodeTlv(deleteTag);
    case 'delete-application':
      return encodeTlv(deleteTag, encodeTlv(accessTags.aidReference, store.application));
    case 'delete-reference':
      return encodeTlv(deleteTag, encodeAccessReference(store.reference));
    case 'delete-rule':
      return encodeTlv(deleteTag, encodeAccessRule(store.rule));
    case 'update-refresh-tag':
      return encodeTlv(updateRefreshTagTag);
  }
}

/** @returns every command of the data field, in order @throws UiccError `access-rules-malformed` */
export function decodeStoreAccessRules(bytes: Uint8Array): StoreAccessRules[] {
  const commands = readObjects(bytes).map(({ tag, value }) => decodeOne(tag, value));
  if (commands.length === 0) throw accessRulesMalformed('expected a command about access rules');
  return commands;
}

function decodeOne(tag: number, value: Bytes): StoreAccessRules {
  if (tag === updateRefreshTagTag && value.length === 0) return { command: 'update-refresh-tag' };
  if (tag === storeTag) {
    const rule = tlvValue(knownObjects(value, [accessTags.referenceAndRule]), accessTags.referenceAndRule);
    if (rule !== undefined) return { command: 'store', rule: decodeAccessRule(rule) };
  }
  if (tag === deleteTag) {
    const { aidReference, reference, referenceAndRule } = accessTags;
    const [what, ...others] = knownObjects(value, [aidReference, reference, referenceAndRule]);
    if (what === undefined) return { command: 'delete-all' };
    if (others.length === 0 && what.tag === aidReference) {
      return { command: 'delete-application', application: what.value };
    }
    if (others.length === 0 && what.tag === reference) {
      return { command: 'delete-reference', reference: decodeAccessReference(what.value) };
    }
    if (others.length === 0) return { command: 'delete-rule', rule: decodeAccessRule(what.value) };
  }
  throw accessRulesMalformed('expected a command about access rules');
}
