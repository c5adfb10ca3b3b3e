// ARA-M, the access rule application master: it tells the rules to whoever asks, and takes them from nobody but the
// hospital's scripts. That an application keeps to them is the phone's to see to (SECURITY.md says what that proves).

import { type Bytes, noBytes } from '@vitalseal/protocol';
import {
  accessRuleMasterAid,
  type CommandApdu,
  decodeTlv,
  instructions,
  type ResponseApdu,
  statusResponse,
  statusWords,
  UiccError,
} from '@vitalseal/uicc';
import {
  accessRuleData,
  accessTags,
  decodeAccessReference,
  encodeAllAccessRules,
  encodeRefreshTag,
  encodeSpecificAccess,
} from '@vitalseal/uicc/global-platform';
import { type Applet, RefusedCommand } from '../card/index.ts';
import type { AccessRules } from './access-rules.ts';

export class AccessRuleMaster implements Applet {
  readonly aid = accessRuleMasterAid;
  readonly #rules: AccessRules;

  constructor(rules: AccessRules) {
    this.#rules = rules;
  }

  select(): Bytes {
    return noBytes;
  }

  async process(command: CommandApdu): Promise<ResponseApdu> {
    try {
      return statusResponse(statusWords.ok, this.#answer(command));
    } catch (error) {
      if (error instanceof UiccError) return statusResponse(statusWords.wrongData);
      if (error instanceof RefusedCommand) return statusResponse(error.status);
      throw error;
    }
  }

  #answer({ cla, ins, p1, p2, data }: CommandApdu): Bytes {
    if (cla !== 0x80) throw new RefusedCommand(statusWords.classNotSupported);
    if (ins === instructions.storeData) throw new RefusedCommand(statusWords.securityStatusNotSatisfied);
    if (ins !== instructions.getData) throw new RefusedCommand(statusWords.instructionNotSupported);
    const wanted = (p1 << 8) | p2;
    if (wanted === accessRuleData.specific) return this.#specific(data);
    if (data.length > 0) throw new RefusedCommand(statusWords.wrongLength);
    if (wanted === accessRuleData.all) return encodeAllAccessRules(this.#rules.all);
    if (wanted === accessRuleData.refreshTag) return encodeRefreshTag(this.#rules.refreshTag);
    throw new RefusedCommand(statusWords.wrongParameters);
  }

  #specific(data: Bytes): Bytes {
    const { tag, value } = decodeTlv(data);
    if (tag !== accessTags.reference) throw new RefusedCommand(statusWords.wrongData);
    const rule = this.#rules.ofReference(decodeAccessReference(value));
    if (rule === undefined) throw new RefusedCommand(statusWords.referenceNotFound);
    return encodeSpecificAccess(rule);
  }
}
