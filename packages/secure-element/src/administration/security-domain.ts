// The issuer security domain: its state, in memory and in the store, and its receipts.

import type { Bytes } from '@vitalseal/protocol';
import { mhaAid, statusWords } from '@vitalseal/uicc';
import { type CardStatus, encodeCardReceipt, type RunningMha } from '@vitalseal/uicc/global-platform';
import { RefusedCommand } from '../card/index.ts';
import { CommandQueue } from '../command-queue.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { Transaction } from '../storage/transaction.ts';
import { type DomainState, loadDomainState, mhaLifeCycle, saveDomainState } from './domain-state.ts';
import { type ReceiptKey, receiptKey } from './receipt-key.ts';

export interface SecurityDomainOptions {
  /** Sealed under the device key. */
  readonly storage: ElementStorage;
  /** Of the program that the card is. */
  readonly release: string;
  /** Destroys the MHA's state and whatever opens it. Done again after a loss of power, so doing it twice is no error. */
  readonly eraseMha: () => Promise<void>;
  /** Whether the MHA holds a key or a certificate; told without the PIN. */
  readonly mhaIsTaken: () => Promise<boolean>;
}

export type DomainChange = Partial<DomainState>;

export class SecurityDomain {
  readonly storage: ElementStorage;
  readonly #options: SecurityDomainOptions;
  readonly #receiptKey: ReceiptKey;
  readonly #queue = new CommandQueue();
  readonly #listeners: ((state: DomainState) => void)[] = [];
  #state: DomainState;
  #doubted = false;
  #running: RunningMha | undefined;

  private constructor(options: SecurityDomainOptions, state: DomainState, key: ReceiptKey) {
    this.storage = options.storage;
    this.#options = options;
    this.#state = state;
    this.#receiptKey = key;
  }

  /** A termination that the loss of power interrupted is brought to its end. @throws SecureElementError `storage-…` */
  static async open(options: SecurityDomainOptions): Promise<SecurityDomain> {
    const { storage } = options;
    const domain = new SecurityDomain(options, await loadDomainState(storage), await receiptKey(storage));
    if (domain.#state.erasing) await domain.change(await domain.terminated());
    return domain;
  }

  get state(): DomainState {
    return this.#state;
  }

  /** Told after each change is durable. */
  whenChanged(listener: (state: DomainState) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Whose a card is, is open until a script has replaced the first key, or its patient has had the MHA make its own: who
   * comes later would take a card that is in service.
   * @throws RefusedCommand 6985
   */
  async expectFresh(): Promise<void> {
    if (this.#state.card !== 'opReady' || (await this.#options.mhaIsTaken())) {
      throw new RefusedCommand(statusWords.conditionsNotSatisfied);
    }
  }

  /** @param change or how to decide it, when no other is under way @param along further changes of the same commit */
  change(change: DomainChange | (() => Promise<DomainChange>), along: Transaction = new Transaction()): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#doubted) await this.#readAgain();
      const decided = typeof change === 'function' ? await change() : change;
      const next = { ...this.#state, ...decided };
      saveDomainState(along, next);
      try {
        await along.commit(this.storage);
      } catch (error) {
        // Whether it has happened is not known: what is in memory may be wrong, the store never is.
        this.#doubted = true;
        await this.#readAgain();
        throw error;
      }
      this.#became(next);
    });
  }

  /**
   * Ends the card. From the first commit on nothing but this is ever done; the receipt is signed when the MHA's state
   * is gone, and not before.
   * @returns the change that completes it, which the caller commits
   */
  async terminated(): Promise<DomainChange> {
    const { administrationId, receipt } = this.#state;
    if (receipt) return {};
    if (!this.#state.erasing) await this.change({ card: 'terminated', erasing: true });
    await this.#options.eraseMha();
    const { commands } = this.#state;
    const said = { administrationId: administrationId ?? '', commands, application: mhaAid };
    return { erasing: false, receipt: await encodeCardReceipt(said, this.#receiptKey.sign) };
  }

  /** @param open whether the MHA's state is @returns undefined for a card that nobody administers yet */
  status(open: boolean): CardStatus | undefined {
    const { administrationId, card, imageVersion, keyVersion, scripts, commands } = this.#state;
    if (administrationId === undefined) return undefined;
    return {
      administrationId,
      card,
      mha: mhaLifeCycle(this.#state),
      release: this.#options.release,
      imageVersion,
      keyVersion,
      open,
      scripts,
      commands,
      receiptKey: this.#receiptKey.publicKey,
      ...(this.#running && { running: this.#running }),
    };
  }

  /** Told by whoever starts the MHA. */
  mhaRuns(running: RunningMha): void {
    this.#running = running;
  }

  get receipt(): Bytes | undefined {
    return this.#state.receipt;
  }

  async #readAgain(): Promise<void> {
    this.#became(await loadDomainState(this.storage));
    this.#doubted = false;
  }

  #became(state: DomainState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
