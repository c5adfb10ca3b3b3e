// The commands by which the hospital personalises the MHA. They come in a script only: the phone cannot send them.
//
// What writes the MHA's own state needs it open, and the PIN opens it: until then 6982, and the hospital asks again.
// Where the MHA delivers and by which policy is the security domain's to keep, so that both are known before the PIN is.

import { CertificateError } from '@vitalseal/certifying-authority';
import { type Identity, parseIdentity } from '@vitalseal/protocol';
import { type CommandApdu, instructions, mhaAid, statusResponse, statusWords } from '@vitalseal/uicc';
import {
  type AdministrationData,
  decodeAdministrationData,
  isWholeStoreData,
  readGenerateKeyPair,
  triesOnly,
} from '@vitalseal/uicc/global-platform';
import { type CardholderVerification, type PinVault, RefusedCommand } from '../card/index.ts';
import type { SecureElement } from '../secure-element.ts';
import type { AdministeredApplication, Executed } from './administered-application.ts';
import type { DomainChange, SecurityDomain } from './security-domain.ts';

/** What administration asks of the applet's inside. */
export type AdministeredElement = Pick<
  SecureElement,
  'generateKey' | 'installCertificates' | 'bond' | 'installRevocationList' | 'judgeRelease'
>;

export interface MhaCommandsOptions {
  readonly domain: SecurityDomain;
  /** Undefined while its state is sealed. */
  readonly element: () => AdministeredElement | undefined;
  readonly vault: PinVault;
  readonly pin: CardholderVerification;
}

type Change = { -readonly [name in keyof DomainChange]: DomainChange[name] };

const text = new TextEncoder();

export class MhaCommands implements AdministeredApplication {
  readonly aid = mhaAid;
  readonly #options: MhaCommandsOptions;

  constructor(options: MhaCommandsOptions) {
    this.#options = options;
    closeWhenLocked(options);
  }

  /** A key that is there is not made again, and what is stored is stored. A try of the PUK is spent each time. */
  repeatable({ ins, p1 }: CommandApdu): boolean {
    return ins !== instructions.resetRetryCounter || p1 === triesOnly;
  }

  async execute(command: CommandApdu): Promise<Executed> {
    if (this.#options.domain.state.card === 'terminated') throw new RefusedCommand(statusWords.terminated);
    const { cla, ins } = command;
    if (cla === 0x00 && ins === instructions.generateAsymmetricKeyPair) return this.#generateKeyPair(command);
    if (cla === 0x00 && ins === instructions.resetRetryCounter) return this.#resetRetryCounter(command);
    if (cla === 0x80 && ins === instructions.storeData) return this.#storeData(command);
    throw new RefusedCommand(statusWords.instructionNotSupported);
  }

  async #generateKeyPair(command: CommandApdu): Promise<Executed> {
    const identity = parseIdentity(readGenerateKeyPair(command));
    return { response: statusResponse(statusWords.ok, await this.#element().generateKey(identity)) };
  }

  /**
   * In no session of the phone's: that the hospital lifted a block does not say that the patient is here. Locked, the MHA
   * stays sealed: the PUK, which would open it, is not looked at.
   */
  async #resetRetryCounter(command: CommandApdu): Promise<Executed> {
    const { p1, p2, data } = command;
    if (p1 === triesOnly && p2 === 1 && data.length === 0) {
      const there = await this.#options.vault.resetTries();
      return { response: statusResponse(there ? statusWords.ok : statusWords.referenceDataUnusable) };
    }
    if (this.#options.domain.state.locked) throw new RefusedCommand(statusWords.conditionsNotSatisfied);
    return { response: await this.#options.pin.process(command) };
  }

  async #storeData(command: CommandApdu): Promise<Executed> {
    if (!isWholeStoreData(command)) throw new RefusedCommand(statusWords.wrongParameters);
    const stores = decodeAdministrationData(command.data).map((data) => this.#store(data));
    const change: Change = {};
    // Every object has been read before the first is stored.
    for (const store of stores) Object.assign(change, await store());
    return { response: statusResponse(statusWords.ok), change };
  }

  #store(data: AdministrationData): () => Promise<DomainChange> {
    switch (data.kind) {
      case 'certificates': {
        const element = this.#element();
        return async () => {
          await element.installCertificates(data);
          return { personalized: true };
        };
      }
      case 'revocation-list': {
        const element = this.#element();
        return async () => {
          await element.installRevocationList(data.list).catch(unlessOlder);
          return {};
        };
      }
      case 'bonds': {
        const element = this.#element();
        const bonds = {
          sensors: data.sensors.map((sensor) => identityOf(sensor, 'sensor')),
          hospital: identityOf(data.hospital, 'hospital'),
        };
        return async () => {
          await element.bond(bonds);
          return {};
        };
      }
      case 'unblocking-code': {
        this.#element();
        return async () => {
          await this.#options.vault.putPuk(text.encode(data.code));
          return {};
        };
      }
      case 'hospital':
        return async () => ({ deliveryServer: data.server });
      case 'policy':
        return async () => ({ policy: data.policy });
      default:
        throw new RefusedCommand(statusWords.wrongData);
    }
  }

  #element(): AdministeredElement {
    const element = this.#options.element();
    if (!element) throw new RefusedCommand(statusWords.securityStatusNotSatisfied);
    return element;
  }
}

function identityOf(urn: string, role: Identity['role']): Identity {
  const identity = parseIdentity(urn);
  if (identity.role !== role) throw new RefusedCommand(statusWords.wrongData);
  return identity;
}

/** A locked MHA neither takes nor delivers; unlocked, it waits for the PIN as after a reset. */
function closeWhenLocked({ domain, pin }: MhaCommandsOptions): void {
  let { locked } = domain.state;
  domain.whenChanged((state) => {
    if (state.locked && !locked) void pin.reset();
    locked = state.locked;
  });
}

/** A newer list is here already: the phone brings them too. */
function unlessOlder(error: unknown): void {
  if (!(error instanceof CertificateError) || error.code !== 'crl-rolled-back') throw error;
}
