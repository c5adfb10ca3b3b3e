// The commands that the issuer security domain does itself (GlobalPlatform Card Specification chapter 11), from a script.

import {
  type CommandApdu,
  encodeTlv,
  instructions,
  issuerSecurityDomainAid,
  statusResponse,
  statusWords,
} from '@vitalseal/uicc';
import {
  decodeAdministrationData,
  encodeCardStatus,
  getDataTags,
  isWholeStoreData,
  pskKeyIdentifier,
  readPutKey,
  readSetStatus,
} from '@vitalseal/uicc/global-platform';
import { RefusedCommand } from '../card/index.ts';
import type { ImageUpdate } from '../image/index.ts';
import type { AdministeredApplication, Executed } from './administered-application.ts';
import type { DomainChange, SecurityDomain } from './security-domain.ts';

const pskKeyType = 0x85;
const pskLength = 32;
const leastPollSeconds = 10;

export class DomainCommands implements AdministeredApplication {
  readonly aid = issuerSecurityDomainAid;
  readonly #domain: SecurityDomain;
  readonly #isOpen: () => boolean;
  readonly #image: ImageUpdate | undefined;

  /** @param isOpen whether the MHA's state is @param image what loads another one */
  constructor(domain: SecurityDomain, isOpen: () => boolean, image?: ImageUpdate) {
    this.#domain = domain;
    this.#isOpen = isOpen;
    this.#image = image;
  }

  /** What they change is the domain's own state, in one commit with their place in the script. */
  repeatable(): boolean {
    return true;
  }

  async execute(command: CommandApdu): Promise<Executed> {
    if (command.cla !== 0x80) throw new RefusedCommand(statusWords.classNotSupported);
    if (command.ins === instructions.getData) return { response: this.#getData(command) };
    if (command.ins === instructions.setStatus) return this.#setStatus(command);
    if (this.#domain.state.card === 'terminated') throw new RefusedCommand(statusWords.terminated);
    if (command.ins === instructions.putKey) return await this.#putKey(command);
    if (command.ins === instructions.storeData) return this.#storeData(command);
    if (this.#image && (command.ins === instructions.install || command.ins === instructions.load)) {
      return this.#image.execute(command);
    }
    throw new RefusedCommand(statusWords.instructionNotSupported);
  }

  /** The key of the activation code is good for one session: with its successor the card counts as delivered. */
  async #putKey(command: CommandApdu): Promise<Executed> {
    const { replaces, version, key } = readPutKey(command);
    if (this.#domain.state.card === 'opReady') await this.#domain.expectFresh();
    if (replaces !== this.#domain.state.keyVersion) throw new RefusedCommand(statusWords.referenceNotFound);
    const response = statusResponse(statusWords.ok, Uint8Array.of(version));
    return { response, change: { psk: key, keyVersion: version, card: 'secured' } };
  }

  #storeData(command: CommandApdu): Executed {
    if (!isWholeStoreData(command)) throw new RefusedCommand(statusWords.wrongParameters);
    const change: { -readonly [name in keyof DomainChange]: DomainChange[name] } = {};
    for (const data of decodeAdministrationData(command.data)) {
      if (data.kind === 'hospital') change.server = data.server;
      else if (data.kind === 'poll-interval' && (data.seconds === 0 || data.seconds >= leastPollSeconds)) {
        change.pollSeconds = data.seconds;
      } else throw new RefusedCommand(statusWords.wrongData);
    }
    return { response: statusResponse(statusWords.ok), change };
  }

  async #setStatus(command: CommandApdu): Promise<Executed> {
    const wanted = readSetStatus(command);
    const { state } = this.#domain;
    if (wanted === 'terminate') {
      const change = await this.#domain.terminated();
      return { response: statusResponse(statusWords.ok, change.receipt ?? state.receipt), change };
    }
    if (state.card === 'terminated') throw new RefusedCommand(statusWords.terminated);
    return { response: statusResponse(statusWords.ok), change: { locked: wanted === 'lock' } };
  }

  #getData({ p1, p2, data }: CommandApdu) {
    if (data.length > 0) throw new RefusedCommand(statusWords.wrongLength);
    const found = domainData(this.#domain, (p1 << 8) | p2, this.#isOpen());
    if (!found) throw new RefusedCommand(statusWords.referenceNotFound);
    return statusResponse(statusWords.ok, found);
  }
}

/** What GET DATA answers, the hospital's as the phone's. @returns undefined for what the card does not have */
export function domainData(domain: SecurityDomain, tag: number, open: boolean) {
  switch (tag) {
    case getDataTags.status: {
      const status = domain.status(open);
      return status && encodeCardStatus(status);
    }
    case getDataTags.receipt:
      return domain.receipt;
    case getDataTags.keyInformation:
      // Card Specification section 11.3.3.1: for each key its identifier, its version, its type and its length.
      return encodeTlv(0xe0, encodeTlv(0xc0, pskKeyIdentifier, domain.state.keyVersion, pskKeyType, pskLength));
    default:
      return undefined;
  }
}
