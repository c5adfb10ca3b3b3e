// VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER for the PIN of the MHA (ISO/IEC 7816-4 sections 11.5.6 to
// 11.5.10, TS 102 221 sections 11.1.9 to 11.1.13). A command of the wrong form spends no try.

import type { Bytes } from '@vitalseal/protocol';
import {
  type CommandApdu,
  instructions,
  type ResponseApdu,
  retriesLeft,
  statusResponse,
  statusWords,
} from '@vitalseal/uicc';
import type { AppletSession } from '../applet.ts';
import type { CardholderVerification } from '../cardholder-verification.ts';
import { RefusedCommand } from '../refused-command.ts';
import type { PinVault, Presented } from './pin-vault.ts';
import { isPin, isPuk, referenceLength } from './reference-data.ts';

/** P2: the first, and only, reference of the whole card. */
const mhaPin = 0x01;
const logOut = 0xff;
/** P1 of VERIFY; of CHANGE REFERENCE DATA with the old PIN; of RESET RETRY COUNTER with a new one. */
const inFull = 0x00;
/** P1 without the old PIN, for there is none; without a new one. */
const inPart = 0x01;

export class PinCommands implements CardholderVerification {
  readonly #vault: PinVault;
  /** Sessions whose other end has known the PIN, and has neither logged out nor mistyped since; none once it is closed. */
  #present = new WeakSet<AppletSession>();
  readonly #whenAllGone: (() => void)[] = [];

  constructor(vault: PinVault) {
    this.#vault = vault;
    vault.whenClosed(() => this.#allGone());
  }

  whenAllGone(listener: () => void): void {
    this.#whenAllGone.push(listener);
  }

  /** On another channel there may be somebody else. */
  isPresent(session: AppletSession): boolean {
    return this.#present.has(session);
  }

  /** @param session left out for a script over the air: nobody is present after it @throws RefusedCommand */
  async process(command: CommandApdu, session?: AppletSession): Promise<ResponseApdu> {
    if (command.p2 !== mhaPin) throw new RefusedCommand(statusWords.referenceNotFound);
    const status = await this.#process(command, session);
    if (!session) return statusResponse(status);
    // Who only asks how things stand is as present as before.
    const mistyped = command.data.length > 0 && retriesLeft(status) !== undefined;
    if (isBlocked(command, status)) this.#allGone();
    else if (mistyped || isLogOut(command)) this.#present.delete(session);
    else if (status === statusWords.ok) this.#present.add(session);
    return statusResponse(status);
  }

  reset(): Promise<void> {
    return this.#vault.reset();
  }

  #allGone(): void {
    this.#present = new WeakSet();
    for (const listener of this.#whenAllGone) listener();
  }

  #process(command: CommandApdu, session: AppletSession | undefined): Promise<number> {
    if (command.ins === instructions.verify) return this.#verify(command, session);
    if (command.ins === instructions.changeReferenceData) return this.#change(command);
    return this.#resetRetryCounter(command);
  }

  async #verify(command: CommandApdu, session: AppletSession | undefined): Promise<number> {
    const { p1, data } = command;
    if (isLogOut(command)) {
      expectLength(data, 0);
      return statusWords.ok;
    }
    if (p1 !== inFull) throw new RefusedCommand(statusWords.wrongParameters);
    if (data.length > 0) {
      expectLength(data, referenceLength);
      return statusOf(await this.#vault.verify(pinIn(data)));
    }
    if (session && this.#present.has(session)) return statusWords.ok;
    if (!(await this.#vault.hasPin())) return statusWords.referenceDataUnusable;
    return statusOfTries((await this.#vault.triesLeft()).pin);
  }

  async #change({ p1, data }: CommandApdu): Promise<number> {
    if (p1 === inPart) {
      expectLength(data, referenceLength);
      const first = await this.#vault.setFirst(pinIn(data));
      return first ? statusWords.ok : statusWords.conditionsNotSatisfied;
    }
    if (p1 !== inFull) throw new RefusedCommand(statusWords.wrongParameters);
    expectLength(data, 2 * referenceLength);
    const newPin = pinIn(data.subarray(referenceLength));
    return statusOf(await this.#vault.change(pinIn(data.subarray(0, referenceLength)), newPin));
  }

  async #resetRetryCounter({ p1, data }: CommandApdu): Promise<number> {
    if (p1 !== inFull && p1 !== inPart) throw new RefusedCommand(statusWords.wrongParameters);
    if (data.length === 0) {
      if (!(await this.#vault.hasPuk())) return statusWords.referenceDataUnusable;
      return statusOfTries((await this.#vault.triesLeft()).puk);
    }
    expectLength(data, p1 === inFull ? 2 * referenceLength : referenceLength);
    const puk = data.subarray(0, referenceLength);
    if (!isPuk(puk)) throw new RefusedCommand(statusWords.wrongData);
    const newPin = p1 === inFull ? pinIn(data.subarray(referenceLength)) : undefined;
    return statusOf(await this.#vault.unblock(puk, newPin));
  }
}

/** The last try was this one, or there was none left: whoever is present elsewhere has a PIN that counts no more. */
function isBlocked({ ins, data }: CommandApdu, status: number): boolean {
  if (ins === instructions.resetRetryCounter || data.length === 0) return false;
  return retriesLeft(status) === 0 || status === statusWords.authenticationBlocked;
}

function isLogOut({ ins, p1 }: CommandApdu): boolean {
  return ins === instructions.verify && p1 === logOut;
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

function statusOfTries(left: number): number {
  return left > 0 ? 0x63c0 | left : statusWords.authenticationBlocked;
}
