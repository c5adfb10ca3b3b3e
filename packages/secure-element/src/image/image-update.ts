// An update of the MHA's policy and code image: INSTALL [for load] and LOAD, from a hospital's script. The hospital
// brings it, but does not decide: the image must be attested by the authority whose root the card holds, and newer than
// the one that is here. So a hospital that was broken into cannot put another program, or an old one, into its cards.
//
// What the authority is known by lies under the PIN: until the patient has given it, the answer is 6982.

import { CertificateError, releaseNumber } from '@vitalseal/certifying-authority';
import { type Bytes, equalBytes, sha256 } from '@vitalseal/protocol';
import { type CommandApdu, instructions, statusResponse, statusWords } from '@vitalseal/uicc';
import {
  decodeLoadFile,
  decodeMhaImage,
  mhaImageName,
  readInstallForLoad,
  readLoad,
} from '@vitalseal/uicc/global-platform';
import type { Executed } from '../administration/administered-application.ts';
import type { SecurityDomain } from '../administration/security-domain.ts';
import { RefusedCommand } from '../card/index.ts';
import type { SecureElement } from '../secure-element.ts';
import { Transaction } from '../storage/transaction.ts';
import { programOf, type RunCode } from './boot-mha.ts';
import { LoadedBlocks } from './loaded-blocks.ts';
import { putImage } from './stored-image.ts';

export interface ImageUpdateOptions {
  readonly domain: SecurityDomain;
  /** Undefined while the MHA's state is sealed. */
  readonly element: () => Pick<SecureElement, 'judgeRelease'> | undefined;
  /** Absent in a card that keeps images, and cannot tell whether they run. */
  readonly runCode?: RunCode;
}

/** GlobalPlatform answers both commands with one octet, for a receipt that there is none of. */
const done = statusResponse(statusWords.ok, Uint8Array.of(0));

export class ImageUpdate {
  readonly #options: ImageUpdateOptions;
  readonly #blocks: LoadedBlocks;

  constructor(options: ImageUpdateOptions) {
    this.#options = options;
    this.#blocks = new LoadedBlocks(options.domain.storage);
  }

  /** @throws RefusedCommand, CertificateError, UiccError: nothing has become of the image then */
  async execute(command: CommandApdu): Promise<Executed> {
    if (command.ins === instructions.install) {
      await this.#blocks.begin(readInstallForLoad(command));
      return { response: done };
    }
    const { block, last } = readLoad(command);
    await this.#blocks.add(block, command.data);
    return last ? await this.#accept(block) : { response: done };
  }

  async #accept(lastBlock: number): Promise<Executed> {
    const { domain, element } = this.#options;
    const judge = element();
    if (!judge) throw new RefusedCommand(statusWords.securityStatusNotSatisfied);
    const { file, install } = await this.#blocks.whole(lastBlock);
    const { attestation, image } = decodeLoadFile(file);
    const { release } = await judge.judgeRelease(attestation, install.at);
    const digest = await sha256(image);
    if (release.name !== mhaImageName || !equalBytes(release.digest, digest) || !equalBytes(install.hash, digest)) {
      throw new CertificateError('attestation-malformed', 'expected the attestation of this image');
    }
    const version = releaseNumber(release.version);
    if (version <= domain.state.imageVersion) throw new RefusedCommand(statusWords.conditionsNotSatisfied);
    const { policy, code } = decodeMhaImage(image);
    this.#expectFit(code);
    const along = new Transaction();
    await this.#blocks.forget(along);
    putImage(along, attestation, image);
    return { response: done, change: { imageVersion: version, policy }, along };
  }

  /** Code that does not run here would put the card back to what it was made with, which may be older than what runs now. */
  #expectFit(code: Bytes): void {
    const { runCode } = this.#options;
    if (!runCode) return;
    try {
      programOf(code, runCode);
    } catch {
      throw new RefusedCommand(statusWords.wrongData);
    }
  }
}
