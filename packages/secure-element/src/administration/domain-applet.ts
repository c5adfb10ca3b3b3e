// The issuer security domain as the phone sees it. The phone brings the activation code and the address that the
// server's name leads to, may ask for administration now, and may read how things stand. Nothing it sends changes what
// the hospital has decided: that comes by script alone.

import { type Bytes, noBytes, ProtocolError } from '@vitalseal/protocol';
import {
  type CommandApdu,
  encodeTlv,
  instructions,
  issuerSecurityDomainAid,
  type ResponseApdu,
  statusResponse,
  statusWords,
  UiccError,
} from '@vitalseal/uicc';
import { activationKey, activationKeyVersion, decodeActivationCode } from '@vitalseal/uicc/global-platform';
import { type Applet, RefusedCommand } from '../card/index.ts';
import { codeOf } from '../errors.ts';
import { pageAnswer, pageRequest } from '../mha/bodies/page-request.ts';
import type { PageCarrier } from '../mha/page/page-carrier.ts';
import type { Administration } from './administration.ts';
import { administrationStanding } from './administration-standing.ts';
import { domainData } from './domain-commands.ts';
import { domainInstructions, standingTag } from './domain-instructions.ts';
import { loadScript } from './script-record.ts';
import type { SecurityDomain } from './security-domain.ts';

export interface DomainAppletOptions {
  readonly domain: SecurityDomain;
  readonly administration: Administration;
  /** Whether the MHA's state is open. */
  readonly isOpen: () => boolean;
  /** Where a page carries the sessions. */
  readonly page?: PageCarrier | undefined;
}

/** Card Specification section 11.9.3.1: what SELECT tells of a security domain; here, that it is GlobalPlatform's. */
const managementData = encodeTlv(0x73, encodeTlv(0x06, 0x2a, 0x86, 0x48, 0x86, 0xfc, 0x6b, 0x01));

export class DomainApplet implements Applet {
  readonly aid = issuerSecurityDomainAid;
  readonly #options: DomainAppletOptions;

  constructor(options: DomainAppletOptions) {
    this.#options = options;
  }

  select(): Bytes {
    return managementData;
  }

  async process(command: CommandApdu): Promise<ResponseApdu> {
    try {
      return statusResponse(statusWords.ok, await this.#process(command));
    } catch (error) {
      const isMalformed = error instanceof UiccError || error instanceof ProtocolError;
      if (isMalformed || codeOf(error) === 'answer-malformed') return statusResponse(statusWords.wrongData);
      if (error instanceof RefusedCommand) return statusResponse(error.status);
      throw error;
    }
  }

  async #process({ cla, ins, p1, p2, data }: CommandApdu): Promise<Bytes> {
    if (cla !== 0x80) throw new RefusedCommand(statusWords.classNotSupported);
    if (ins === instructions.getData) return this.#getData((p1 << 8) | p2, data);
    if (p1 !== 0 || p2 !== 0) throw new RefusedCommand(statusWords.wrongParameters);
    switch (ins) {
      case domainInstructions.activate:
        return await this.#activate(data);
      case domainInstructions.putAddress:
        return await this.#putAddress(data);
      case domainInstructions.administer:
        return await this.#administer(data);
      case domainInstructions.takeRequest:
        return this.#takeRequest(data);
      case domainInstructions.giveAnswer:
        return this.#giveAnswer(data);
      default:
        throw new RefusedCommand(statusWords.instructionNotSupported);
    }
  }

  /** A code that no session has used yet may be followed by another: the first may have been typed for another card. */
  async #activate(data: Bytes): Promise<Bytes> {
    const { domain, administration } = this.#options;
    if (domain.state.card === 'terminated') throw new RefusedCommand(statusWords.terminated);
    await domain.expectFresh();
    const code = decodeActivationCode(String.fromCharCode(...data.subarray(0, 512)));
    const { administrationId, host, port } = code;
    const psk = await activationKey(code);
    await domain.change(async () => {
      // A script may have replaced the first key meanwhile.
      await domain.expectFresh();
      return { administrationId, server: { host, port }, psk, keyVersion: activationKeyVersion };
    });
    administration.wake();
    return noBytes;
  }

  async #putAddress(data: Bytes): Promise<Bytes> {
    const { domain, administration } = this.#options;
    await this.#expectSomethingToSay();
    if (data.length !== 4 && data.length !== 16) throw new RefusedCommand(statusWords.wrongLength);
    if (!domain.state.server) throw new RefusedCommand(statusWords.conditionsNotSatisfied);
    administration.putAddress(data.slice());
    return noBytes;
  }

  async #administer(data: Bytes): Promise<Bytes> {
    const { domain, administration } = this.#options;
    await this.#expectSomethingToSay();
    if (data.length > 0) throw new RefusedCommand(statusWords.wrongLength);
    if (!domain.state.psk) throw new RefusedCommand(statusWords.conditionsNotSatisfied);
    administration.wake();
    return noBytes;
  }

  #takeRequest(data: Bytes): Bytes {
    const page = this.#expectPage();
    if (data.length > 0) throw new RefusedCommand(statusWords.wrongLength);
    const request = page.next();
    return request ? pageRequest.encode(request) : noBytes;
  }

  #giveAnswer(data: Bytes): Bytes {
    this.#expectPage().give(pageAnswer.decode(data));
    return noBytes;
  }

  #expectPage(): PageCarrier {
    const { page } = this.#options;
    if (!page) throw new RefusedCommand(statusWords.instructionNotSupported);
    return page;
  }

  /** A terminated card has one thing left to say: its answer to the script that ended it, until the hospital has that. */
  async #expectSomethingToSay(): Promise<void> {
    const { state, storage } = this.#options.domain;
    const over = state.card === 'terminated' && (await loadScript(storage)) === undefined;
    if (over) throw new RefusedCommand(statusWords.terminated);
  }

  #getData(tag: number, data: Bytes): Bytes {
    if (data.length > 0) throw new RefusedCommand(statusWords.wrongLength);
    const { domain, administration, isOpen } = this.#options;
    if (tag === standingTag) return administrationStanding(domain.state, administration);
    const found = domainData(domain, tag, isOpen());
    if (!found) throw new RefusedCommand(statusWords.referenceNotFound);
    return found;
  }
}
