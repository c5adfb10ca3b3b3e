// A card with ARA-M and, under the MHA's name, an application that tells what reached it.

import type { Bytes } from '@vitalseal/protocol';
import { type Card, type CommandApdu, mhaAid, statusResponse, statusWords } from '@vitalseal/uicc';
import { encodeStoreAccessRules, type StoreAccessRules, storeBytes } from '@vitalseal/uicc/global-platform';
import { AccessRuleCommands, AccessRuleMaster, AccessRules } from '../access-control/index.ts';
import { type Applet, VirtualCard } from '../card/index.ts';
import { memoryStorage } from '../storage/memory-storage.ts';

export interface CardWithRules {
  readonly card: Card;
  /** Every command that reached the MHA, its SELECT as INS A4. */
  readonly reached: readonly number[];
  /** As the hospital's script does. */
  store(...commands: readonly StoreAccessRules[]): Promise<void>;
}

export async function cardWithRules(): Promise<CardWithRules> {
  const rules = await AccessRules.open(memoryStorage());
  const commands = new AccessRuleCommands(rules);
  const reached: number[] = [];
  const mha: Applet = {
    aid: mhaAid,
    select: (): Bytes => {
      reached.push(0xa4);
      return new Uint8Array(0);
    },
    process: async ({ ins }: CommandApdu) => {
      reached.push(ins);
      return statusResponse(statusWords.ok);
    },
  };
  return {
    card: new VirtualCard({ applets: [mha, new AccessRuleMaster(rules)] }),
    reached,
    store: async (...list) => {
      for (const one of list) await commands.execute(storeBytes(encodeStoreAccessRules(one)));
    },
  };
}
