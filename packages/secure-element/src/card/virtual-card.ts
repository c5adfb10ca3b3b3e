// The card's operating layer (ISO/IEC 7816-4, TS 102 221): one command at a time, to the application that is selected on
// its logical channel. Whatever bytes come, a status word goes back, and a command that is refused has changed nothing.

import type { Bytes } from '@vitalseal/protocol';
import {
  type Card,
  type CommandApdu,
  encodeResponse,
  instructions,
  isChained,
  type ResponseApdu,
  statusResponse,
  statusWords,
  withoutChannel,
} from '@vitalseal/uicc';
import { CommandQueue } from '../command-queue.ts';
import { answerToReset } from './answer-to-reset.ts';
import type { Applet } from './applet.ts';
import { type CardholderVerification, isCardholderVerification } from './cardholder-verification.ts';
import { channelOf } from './class-byte.ts';
import { CommandChain } from './command-chain.ts';
import { statusOfFailure } from './failures.ts';
import { cardData } from './get-data.ts';
import { LogicalChannel } from './logical-channel.ts';
import { manageChannel } from './manage-channel.ts';
import { RefusedCommand } from './refused-command.ts';
import { select } from './selection.ts';
import { answerStatus, answerToolkitCommand, isStatus, isToolkitCommand } from './toolkit-commands.ts';
import type { ToolkitPort } from './toolkit-port.ts';
import { fitResponse, heldResponse, readCommand, type TransmissionProtocol } from './transmission.ts';

export interface VirtualCardOptions {
  /** In the order in which SELECT by the beginning of a name finds them. */
  readonly applets: readonly Applet[];
  readonly pin?: CardholderVerification;
  readonly toolkit?: ToolkitPort;
  /** T=1 unless said otherwise. */
  readonly protocol?: TransmissionProtocol;
  /** Told what ended a command in 6F00 or 6581: a fault of the card, not of the terminal. */
  readonly onFault?: (error: unknown) => void;
}

export class VirtualCard implements Card {
  readonly atr: Bytes;
  readonly #options: VirtualCardOptions;
  readonly #protocol: TransmissionProtocol;
  readonly #queue = new CommandQueue();
  readonly #channels = new Map<number, LogicalChannel>();
  /** How often all who were present have gone. */
  #departures = 0;

  constructor(options: VirtualCardOptions) {
    this.#options = options;
    this.#protocol = options.protocol ?? 'T=1';
    this.atr = answerToReset(this.#protocol);
    this.#channels.set(0, new LogicalChannel(0));
    options.pin?.whenAllGone(() => this.#allGone());
  }

  /** Never rejects. The bytes are the caller's again when this returns. */
  transmit(apdu: Bytes): Promise<Bytes> {
    const received = apdu.slice();
    return this.#queue.run(async () => {
      try {
        return encodeResponse(await this.#perform(readCommand(received, this.#protocol)));
      } catch (error) {
        const status = statusOfFailure(error);
        if (!(error instanceof RefusedCommand)) this.#options.onFault?.(error);
        return encodeResponse(statusResponse(status));
      } finally {
        received.fill(0);
      }
    });
  }

  /** After the command that runs. What that one awaits of the terminal does not come any more, and it is told so at once. */
  reset(): Promise<void> {
    const ended = this.#options.toolkit?.reset();
    return this.#queue.run(async () => {
      await ended;
      const { applets, pin, toolkit } = this.#options;
      for (const channel of this.#channels.values()) channel.forget();
      this.#channels.clear();
      this.#channels.set(0, new LogicalChannel(0));
      await toolkit?.reset();
      for (const applet of applets) await applet.reset?.();
      await pin?.reset();
    });
  }

  async #perform(part: CommandApdu): Promise<ResponseApdu> {
    const channel = channelOf(part.cla, this.#channels);
    const held = heldResponse(part, channel);
    if (held) return this.#finish(fitResponse(held, part, channel, this.#protocol));
    const whole = joinChain(part, channel);
    if (!whole) return statusResponse(statusWords.ok);
    const command = { ...whole, cla: withoutChannel(whole.cla) };
    const departures = this.#departures;
    const response = await this.#dispatch(command, channel);
    const fitted = fitResponse(response, part, channel, this.#protocol);
    // They went while it was being done: it was theirs.
    if (departures !== this.#departures && channel.selection?.underPin) channel.held = undefined;
    return this.#finish(fitted);
  }

  /** An answer that waits to be fetched may be a reading's; half a chain may be a PIN. */
  #allGone(): void {
    this.#departures += 1;
    for (const channel of this.#channels.values()) if (channel.selection?.underPin) channel.forget();
  }

  /** 91XX in place of 9000 once everything has been said and a proactive command waits. */
  async #finish(response: ResponseApdu): Promise<ResponseApdu> {
    if (response.status !== statusWords.ok) return response;
    const waiting = await this.#options.toolkit?.waiting();
    return waiting === undefined ? response : { ...response, status: 0x9100 | (waiting & 0xff) };
  }

  async #dispatch(command: CommandApdu, channel: LogicalChannel): Promise<ResponseApdu> {
    const { applets, pin, toolkit } = this.#options;
    if (command.cla === 0x00) {
      if (command.ins === instructions.select) return select(command, channel, applets);
      if (command.ins === instructions.manageChannel) return await manageChannel(command, channel, this.#channels);
      if (command.ins === instructions.getData) {
        const data = cardData(command, this.atr, this.#protocol);
        if (data) return statusResponse(statusWords.ok, data);
      }
    }
    if (command.ins === instructions.getResponse) throw new RefusedCommand(statusWords.conditionsNotSatisfied);
    if (isStatus(command, channel)) return answerStatus(command, channel, toolkit);
    if (toolkit && isToolkitCommand(command, channel)) return answerToolkitCommand(command, toolkit);
    if (!channel.selection) throw new RefusedCommand(statusWords.conditionsNotSatisfied);
    const { applet, session } = channel.selection;
    if (pin && applet.underPin && isCardholderVerification(command)) {
      applet.overtaken?.(session);
      try {
        return await pin.process(command, session);
      } finally {
        command.data.fill(0);
      }
    }
    return applet.process(command, session);
  }
}

/** @returns the whole command, or undefined while parts of it are still to come @throws RefusedCommand */
function joinChain(part: CommandApdu, channel: LogicalChannel): CommandApdu | undefined {
  if (!channel.chain && !isChained(part.cla)) return part;
  const chain = channel.chain ?? new CommandChain(part);
  channel.chain = undefined;
  chain.add(part);
  if (!isChained(part.cla)) return chain.joined(part);
  channel.chain = chain;
  return undefined;
}
