// Does a script, command after command, each with its place in the script committed: what was done stays done, and is
// not done again. The first command that fails ends the script (TS 102 226 section 5.2.1), for the next ones rely on it.

import { type Bytes, equalBytes } from '@vitalseal/protocol';
import {
  type CommandApdu,
  decodeCommand,
  encodeResponse,
  instructions,
  issuerSecurityDomainAid,
  logicalChannelOf,
  type ResponseApdu,
  statusResponse,
  statusWords,
} from '@vitalseal/uicc';
import { badFormats, encodeResponseScript, type ScriptStatus } from '@vitalseal/uicc/global-platform';
import { RefusedCommand } from '../card/index.ts';
import { Transaction } from '../storage/transaction.ts';
import type { AdministeredApplication, Executed } from './administered-application.ts';
import { commandsOf } from './received-script.ts';
import { type ScriptProgress, type ScriptRecord, saveProgress } from './script-record.ts';
import type { SecurityDomain } from './security-domain.ts';
import { statusOfRefusal } from './status-of-refusal.ts';

/** 65XX without more (ISO 7816-4 section 5.6): the memory may have changed, or not. */
const outcomeUnknown = 0x6500;

export interface ScriptAnswer {
  readonly status: ScriptStatus;
  /** The response script; undefined where the application is unknown. */
  readonly body: Bytes | undefined;
}

export class ScriptRunner {
  readonly #domain: SecurityDomain;
  readonly #applications: readonly AdministeredApplication[];

  constructor(domain: SecurityDomain, applications: readonly AdministeredApplication[]) {
    this.#domain = domain;
    this.#applications = applications;
  }

  /** From the first command that is not done. @throws whatever the store throws: then the next call goes on */
  async run(record: ScriptRecord): Promise<ScriptAnswer> {
    const application = this.#applications.find(({ aid }) => equalBytes(aid, record.target));
    if (!application) return { status: 'unknown-application', body: undefined };
    const script = commandsOf(record.bytes);
    if (!script) return { status: 'ok', body: encodeResponseScript([], 'indefinite', badFormats.unknownTag) };
    let progress: ScriptProgress = record;
    while (!progress.ended && progress.responses.length < script.commands.length) {
      const command = script.commands[progress.responses.length] ?? new Uint8Array(0);
      progress = await this.#step(application, command, progress);
    }
    return { status: 'ok', body: encodeResponseScript(progress.responses, script.form) };
  }

  async #step(application: AdministeredApplication, bytes: Bytes, before: ScriptProgress): Promise<ScriptProgress> {
    const { response, change = {}, along = new Transaction() } = await this.#execute(application, bytes, before);
    const responses = [...before.responses, encodeResponse(response)];
    const progress = { responses, begun: false, ended: response.status !== statusWords.ok };
    saveProgress(along, progress);
    await this.#domain.change({ ...change, commands: this.#domain.state.commands + 1 }, along);
    return progress;
  }

  async #execute(application: AdministeredApplication, bytes: Bytes, before: ScriptProgress): Promise<Executed> {
    if (before.begun) return { response: statusResponse(outcomeUnknown) };
    try {
      const command = administered(bytes);
      this.#expectAllowed(application, command);
      if (!application.repeatable(command)) await this.#noteBegun(before);
      return await application.execute(command);
    } catch (error) {
      return { response: refusal(error) };
    }
  }

  /** Under the key of the activation code nothing is done but to replace it: the code is good for that, once. */
  #expectAllowed({ aid }: AdministeredApplication, { ins }: CommandApdu): void {
    const first = ins === instructions.putKey || ins === instructions.getData;
    const allowed = first && equalBytes(aid, issuerSecurityDomainAid);
    if (this.#domain.state.card === 'opReady' && !allowed) {
      throw new RefusedCommand(statusWords.conditionsNotSatisfied);
    }
  }

  async #noteBegun(before: ScriptProgress): Promise<void> {
    const along = new Transaction();
    saveProgress(along, { ...before, begun: true });
    await along.commit(this.#domain.storage);
  }
}

function administered(bytes: Bytes): CommandApdu {
  const command = decodeCommand(bytes);
  if (logicalChannelOf(command.cla) !== 0) return { ...command, cla: 0xff };
  return command;
}

function refusal(error: unknown): ResponseApdu {
  return statusResponse(statusOfRefusal(error));
}
