// VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER for the PIN of the MHA (ISO/IEC 7816-4 sections 11.5.6 to
// 11.5.10, TS 102 221 sections 11.1.9 to 11.1.13). A command of the wrong form spends no try.

import type { Bytes } from '@vitalseal/protocol';
import { type CommandApdu, instructions, type ResponseApdu, statusResponse, statusWords } from '@vitalseal/uicc';
import type { CardholderVerification } from '../cardholder-verification.ts';
import { RefusedCommand } from '../refused-command.ts';
import type { PinVault, Presented } from './pin-vault.ts';
import { isPin, isPuk, referenceLength } from './reference-data.ts';

/** P2: the first, and only, reference of the whole card. */
const mhaPin = 0x01;
const logOut = 0xff;
const withOld = 0x00;
const withoutOld = 0x01;
const withNew = 0x00;
const withoutNew = 0x01;

export class PinCommands implements CardholderVerification {
  readonly #vault: PinVault;

  constructor(vault: PinVault) {
    this.#vault = vault;
  }

  /** @throws RefusedCommand */
  async process(command: CommandApdu): Promise<ResponseApdu> {
    if (command.p2 !== mhaPin) throw new RefusedCommand(statusWords.referenceNotFound);
    if (command.ins === instructions.verify) return statusResponse(await this.#verify(command));
    if (command.ins === instructions.changeReferenceData) return statusResponse(await this.#change(command));
    return statusResponse(await this.#resetRetryCounter(command));
  }

  reset(): Promise<void> {
    return this.#vault.reset();
  }

  async #verify({ p1, data }: CommandApdu): Promise<number> {
    if (p1 === logOut) {
      expectLength(data, 0);
      this.#vault.logOut();
      return statusWords.ok;
    }
    if (p1 !== 0x00) throw new RefusedCommand(statusWords.wrongParameters);
    if (data.length === 0) return this.#standing();
    expectLength(data, referenceLength);
    return statusOf(await this.#vault.verify(pinIn(data)));
  }

  /** VERIFY without data asks how things stand. */
  async #standing(): Promise<number> {
    if (this.#vault.patientPresent) return statusWords.ok;
    if (!(await this.#vault.hasPin())) return statusWords.referenceDataUnusable;
    return triesStatus((await this.#vault.triesLeft()).pin);
  }

  async #change({ p1, data }: CommandApdu): Promise<number> {
    if (p1 === withoutOld) {
      expectLength(data, referenceLength);
      const first = await this.#vault.setFirst(pinIn(data));
      return first ? statusWords.ok : statusWords.conditionsNotSatisfied;
    }
    if (p1 !== withOld) throw new RefusedCommand(statusWords.wrongParameters);
    expectLength(data, 2 * referenceLength);
    const newPin = pinIn(data.subarray(referenceLength));
    return statusOf(await this.#vault.change(pinIn(data.subarray(0, referenceLength)), newPin));
  }

  async #resetRetryCounter({ p1, data }: CommandApdu): Promise<number> {
    if (p1 !== withNew && p1 !== withoutNew) throw new RefusedCommand(statusWords.wrongParameters);
    if (data.length === 0) {
      if (!(await this.#vault.hasPuk())) return statusWords.referenceDataUnusable;
      return triesStatus((await this.#vault.triesLeft()).puk);
    }
    expectLength(data, p1 === withNew ? 2 * referenceLength : referenceLength);
    const puk = data.subarray(0, referenceLength);
    if (!isPuk(puk)) throw new RefusedCommand(statusWords.wrongData);
    const newPin = p1 === withNew ? pinIn(data.subarray(referenceLength)) : undefined;
    return statusOf(await this.#vault.unblock(puk, newPin));
  }
}

function expectLength(data: Bytes, length: number): void {
  if (data.length !== length) throw new RefusedCommand(statusWords.wrongLength);
}

function pinIn(field: Bytes): Bytes {
  if (!isPin(field)) throw new RefusedCommand(statusWords.wrongData);
  return field;
}

function statusOf(presented: Presented): number {
  switch (presented.kind) {
    case 'right':
      return statusWords.ok;
    case 'wrong':
      return 0x63c0 | presented.triesLeft;
    case 'blocked':
      return statusWords.authenticationBlocked;
    case 'unset':
      return statusWords.referenceDataUnusable;
  }
}

function triesStatus(left: number): number {
  return left > 0 ? 0x63c0 | left : statusWords.authenticationBlocked;
}
