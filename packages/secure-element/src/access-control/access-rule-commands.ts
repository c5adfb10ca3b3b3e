// ARA-M as a hospital's script reaches it: STORE DATA of rules (Secure Element Access Control section 5.1).

import { accessRuleMasterAid, type CommandApdu, instructions, statusResponse, statusWords } from '@vitalseal/uicc';
import { decodeStoreAccessRules, isWholeStoreData } from '@vitalseal/uicc/global-platform';
import type { AdministeredApplication, Executed } from '../administration/administered-application.ts';
import { RefusedCommand } from '../card/index.ts';
import type { AccessRules } from './access-rules.ts';

export class AccessRuleCommands implements AdministeredApplication {
  readonly aid = accessRuleMasterAid;
  readonly #rules: AccessRules;

  constructor(rules: AccessRules) {
    this.#rules = rules;
  }

  repeatable(): boolean {
    return true;
  }

  async execute(command: CommandApdu): Promise<Executed> {
    if (command.cla !== 0x80) throw new RefusedCommand(statusWords.classNotSupported);
    if (command.ins !== instructions.storeData) throw new RefusedCommand(statusWords.instructionNotSupported);
    if (!isWholeStoreData(command)) throw new RefusedCommand(statusWords.wrongParameters);
    await this.#rules.change(decodeStoreAccessRules(command.data));
    return { response: statusResponse(statusWords.ok) };
  }
}
