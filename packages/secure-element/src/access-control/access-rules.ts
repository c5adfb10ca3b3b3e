// The access rules of the card, and their refresh tag. Sealed under the device key: the phone's system reads them before
// the patient has given the PIN. A card that no hospital has written rules to lets every application at the MHA: there is
// nothing in it yet, and without the PIN nothing comes out.

import { type Bytes, type CborValue, encodeCbor, equalBytes, randomBytes } from '@vitalseal/protocol';
import { decodeTlv, mhaAid, statusWords } from '@vitalseal/uicc';
import {
  type AccessReference,
  type AccessRule,
  decodeAccessRule,
  encodeAccessReference,
  encodeAccessRule,
  refreshTagOctets,
  type StoreAccessRules,
} from '@vitalseal/uicc/global-platform';
import { RefusedCommand } from '../card/index.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedBytes, storedFields, storedList } from '../storage/stored.ts';
import { Transaction } from '../storage/transaction.ts';

const name = 'rules';
const mostRules = 64;

const freshRules: readonly AccessRule[] = [
  { application: mhaAid, deviceApplication: new Uint8Array(0), apdus: 'always' },
];

interface Kept {
  readonly refreshTag: Bytes;
  readonly rules: readonly AccessRule[];
  /** A hospital has written them. */
  readonly written: boolean;
}

export class AccessRules {
  readonly #storage: ElementStorage;
  #kept: Kept;

  private constructor(storage: ElementStorage, kept: Kept) {
    this.#storage = storage;
    this.#kept = kept;
  }

  /** @throws SecureElementError `storage-…` */
  static async open(storage: ElementStorage): Promise<AccessRules> {
    const stored = await storage.read(name);
    if (stored === undefined) {
      const refreshTag = new Uint8Array(refreshTagOctets);
      return new AccessRules(storage, { refreshTag, rules: freshRules, written: false });
    }
    const [refreshTag, rules] = storedFields(stored, 2);
    return new AccessRules(storage, {
      refreshTag: storedBytes(refreshTag),
      rules: storedList(rules).map((rule) => decodeAccessRule(decodeTlv(storedBytes(rule)).value)),
      written: true,
    });
  }

  get all(): readonly AccessRule[] {
    return this.#kept.rules;
  }

  get refreshTag(): Bytes {
    return this.#kept.refreshTag;
  }

  ofReference(reference: AccessReference): AccessRule | undefined {
    const wanted = encodeAccessReference(reference);
    return this.#kept.rules.find((rule) => equalBytes(encodeAccessReference(rule), wanted));
  }

  /**
   * All of the commands, or none. What is there is stored again and what is gone is deleted again without complaint: a
   * script that power loss interrupted is done once more.
   * @throws RefusedCommand 6A89 for a rule that contradicts one that is there, 6A84 for too many
   */
  async change(commands: readonly StoreAccessRules[]): Promise<void> {
    let rules = this.#kept.written ? this.#kept.rules : [];
    for (const command of commands) rules = changed(rules, command);
    if (rules.length > mostRules) throw new RefusedCommand(statusWords.notEnoughMemory);
    // A tag that has been before could let a terminal keep old rules.
    const kept = { refreshTag: randomBytes(refreshTagOctets), rules, written: true };
    const transaction = new Transaction();
    transaction.put(name, encodeCbor([kept.refreshTag, rules.map((rule): CborValue => encodeAccessRule(rule))]));
    transaction.afterwards(() => {
      this.#kept = kept;
    });
    await transaction.commit(this.#storage);
  }
}

function changed(rules: readonly AccessRule[], command: StoreAccessRules): readonly AccessRule[] {
  switch (command.command) {
    case 'store': {
      const same = rules.find((rule) => sameReference(rule, command.rule));
      if (same === undefined) return [...rules, command.rule];
      if (!equalBytes(encodeAccessRule(same), encodeAccessRule(command.rule))) {
        throw new RefusedCommand(statusWords.alreadyExists);
      }
      return rules;
    }
    case 'delete-all':
      return [];
    case 'delete-application':
      return rules.filter(
        ({ application }) => application === undefined || !equalBytes(application, command.application),
      );
    case 'delete-reference':
      return rules.filter((rule) => !sameReference(rule, command.reference));
    case 'delete-rule':
      return rules.filter((rule) => !equalBytes(encodeAccessRule(rule), encodeAccessRule(command.rule)));
    case 'update-refresh-tag':
      return rules;
  }
}

function sameReference(one: AccessReference, other: AccessReference): boolean {
  return equalBytes(encodeAccessReference(one), encodeAccessReference(other));
}
