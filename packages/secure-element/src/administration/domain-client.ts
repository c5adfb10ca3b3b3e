// The phone's end of the issuer security domain: the errands of a card's administration, and how it stands. On a logical
// channel of its own, so that the MHA stays selected beside it.

import { type Bytes, noBytes } from '@vitalseal/protocol';
import {
  type CommandApdu,
  instructions,
  isDone,
  issuerSecurityDomainAid,
  onChannel,
  sendCommand,
  statusName,
  statusWords,
  type Transmit,
  UiccError,
} from '@vitalseal/uicc';
import { type CardStatus, decodeCardStatus, getDataTags } from '@vitalseal/uicc/global-platform';
import { type PageAnswer, type PageRequest, pageAnswer, pageRequest } from '../mha/bodies/page-request.ts';
import type { CardUser } from '../mha/client/card-user.ts';
import { read } from '../mha/client/command-exchange.ts';
import { type AdministrationStanding, decodeAdministrationStanding } from './administration-standing.ts';
import { domainInstructions, standingTag } from './domain-instructions.ts';

const globalPlatform = 0x80;
/** P1 of MANAGE CHANNEL. */
const closing = 0x80;
const text = new TextEncoder();

const manageChannel = { cla: 0, ins: instructions.manageChannel, p1: 0, p2: 0, data: noBytes };

/** Every method throws UiccError; `card-refused` where the card says no, `card-gone` where there is none. */
export class SecurityDomainClient {
  readonly #user: CardUser;
  /** Of the card's present session; a reset closes it. */
  #channel: number | undefined;

  constructor(user: CardUser) {
    this.#user = user;
  }

  /** @param code as it was typed @throws UiccError `card-refused` for a card that is in care already */
  async activate(code: string): Promise<void> {
    await this.#own(domainInstructions.activate, text.encode(code));
  }

  /** @param address where the name of `standing().server` leads to: 4 or 16 bytes */
  async putAddress(address: Bytes): Promise<void> {
    await this.#own(domainInstructions.putAddress, address);
  }

  /** The card asks the hospital now. */
  async administer(): Promise<void> {
    await this.#own(domainInstructions.administer, noBytes);
  }

  /** Of a card that a page carries for: the request that waits, if there is one. */
  async takeRequest(): Promise<PageRequest | undefined> {
    const request = await this.#send({ ...this.#command(domainInstructions.takeRequest, noBytes), le: 256 });
    return request.length > 0 ? read(request, pageRequest.decode) : undefined;
  }

  async giveAnswer(answer: PageAnswer): Promise<void> {
    await this.#own(domainInstructions.giveAnswer, pageAnswer.encode(answer));
  }

  async standing(): Promise<AdministrationStanding> {
    return decodeAdministrationStanding(await this.#getData(standingTag));
  }

  /** Of a card that has its activation code. */
  async status(): Promise<CardStatus> {
    return decodeCardStatus(await this.#getData(getDataTags.status));
  }

  /** Of a terminated card: for `verifyCardReceipt`. */
  receipt(): Promise<Bytes> {
    return this.#getData(getDataTags.receipt);
  }

  /** Gives its logical channel back: a card has few of them. */
  async close(): Promise<void> {
    const channel = this.#channel;
    this.#channel = undefined;
    if (channel === undefined) return;
    await this.#user.run((transmit) => sendCommand(transmit, { ...manageChannel, p1: closing, p2: channel }));
  }

  #own(ins: number, data: Bytes): Promise<Bytes> {
    return this.#send(this.#command(ins, data));
  }

  #command(ins: number, data: Bytes): CommandApdu {
    return { cla: globalPlatform, ins, p1: 0, p2: 0, data };
  }

  #getData(tag: number): Promise<Bytes> {
    const { getData } = instructions;
    return this.#send({ cla: globalPlatform, ins: getData, p1: tag >> 8, p2: tag & 0xff, data: noBytes, le: 256 });
  }

  #send(command: CommandApdu): Promise<Bytes> {
    return this.#user.run(async (transmit) => {
      const known = this.#channel;
      const first = await this.#sendOn(transmit, known ?? (await this.#open(transmit)), command);
      const closed = known !== undefined && first.status === statusWords.channelNotSupported;
      const { status, data } = closed ? await this.#sendOn(transmit, await this.#open(transmit), command) : first;
      if (!isDone(status)) throw refused(status);
      return data;
    });
  }

  #sendOn(transmit: Transmit, channel: number, command: CommandApdu) {
    return sendCommand(transmit, { ...command, cla: onChannel(command.cla, channel) });
  }

  async #open(transmit: Transmit): Promise<number> {
    this.#channel = undefined;
    const opened = await sendCommand(transmit, { ...manageChannel, le: 1 });
    const [channel = 0] = opened.data;
    if (!isDone(opened.status) || channel < 1 || channel > 19) throw refused(opened.status);
    const select = { cla: 0, ins: instructions.select, p1: 4, p2: 0x0c, data: issuerSecurityDomainAid };
    const selected = await this.#sendOn(transmit, channel, select);
    if (!isDone(selected.status)) {
      await sendCommand(transmit, { ...manageChannel, p1: closing, p2: channel });
      throw refused(selected.status);
    }
    this.#channel = channel;
    return channel;
  }
}

function refused(status: number): UiccError {
  return new UiccError('card-refused', `expected the card to do the command, not ${statusName(status)}`);
}
