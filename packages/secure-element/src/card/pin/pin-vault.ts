// The patient's password for the MHA. The MHA's state is sealed under a random state key that only the PIN, or the PUK,
// opens; changing either wraps the same key anew and touches nothing else.
//
// Power lost anywhere leaves the old PIN or the new one, whole; the key as it was wrapped before is erased. A try is spent
// durably before the secret is looked at, so cutting the power gains none; it may lose one.

import { type Awaitable, type Bytes, randomBytes } from '@vitalseal/protocol';
import { CommandQueue } from '../../command-queue.ts';
import { SecureElementError } from '../../errors.ts';
import type { CommitPurpose, ElementStorage } from '../../storage/element-storage.ts';
import { Transaction } from '../../storage/transaction.ts';
import { closeSlot, defaultLog2Cost, openSlot, type Reference } from './key-slot.ts';
import { allTries, forgetSlots, loadSlots, loadTries, saveSlot, saveTries, type Tries } from './pin-record.ts';
import { StateKey } from './state-key.ts';

const stateKeyLength = 32;

/** What came of a secret that was presented. */
export type Presented =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  | { readonly kind: 'blocked' }
  /** There is none to compare with. */
  | { readonly kind: 'unset' };

export interface PinVaultOptions {
  /** Sealed under the device key, and nobody else's. */
  readonly storage: ElementStorage;
  readonly deviceKey: Bytes;
  /** scrypt's cost for secrets that are set from now on. */
  readonly log2Cost?: number;
}

export class PinVault {
  readonly #storage: ElementStorage;
  readonly #deviceKey: Bytes;
  readonly #log2Cost: number;
  readonly #queue = new CommandQueue();
  readonly #stateKey = new StateKey();
  #destroyed = false;

  constructor({ storage, deviceKey, log2Cost = defaultLog2Cost }: PinVaultOptions) {
    this.#storage = storage;
    this.#deviceKey = deviceKey;
    this.#log2Cost = log2Cost;
  }

  /** Called, and waited for, when the state key comes to be known; a failure of it fails the command. */
  whenOpened(listener: (stateKey: Bytes) => Awaitable<void>): void {
    this.#stateKey.whenOpened(listener);
  }

  /** Called, and waited for, before the state key is forgotten: at a reset, and when the card is terminated. */
  whenClosed(listener: () => Awaitable<void>): void {
    this.#stateKey.whenClosed(listener);
  }

  async hasPin(): Promise<boolean> {
    return (await loadSlots(this.#storage)) !== undefined;
  }

  async hasPuk(): Promise<boolean> {
    return (await loadSlots(this.#storage))?.puk !== undefined;
  }

  triesLeft(): Promise<Tries> {
    return this.#queue.run(() => loadTries(this.#storage));
  }

  /** A fresh card's first PIN makes the state key. @returns false if there is a PIN, or will be none any more */
  async setFirst(pin: Bytes): Promise<boolean> {
    return this.#queue.run(async () => {
      if (this.#destroyed || (await loadSlots(this.#storage))) return false;
      const stateKey = randomBytes(stateKeyLength);
      const transaction = new Transaction();
      await this.#closeUnder(transaction, 'pin', pin, stateKey);
      saveTries(transaction, allTries);
      await transaction.commit(this.#storage);
      await this.#stateKey.open(stateKey);
      return true;
    });
  }

  verify(pin: Bytes): Promise<Presented> {
    return this.#queue.run(() =>
      this.#present('pin', pin, (transaction, tries) => {
        saveTries(transaction, { ...tries, pin: allTries.pin });
        return 'upkeep';
      }),
    );
  }

  change(pin: Bytes, newPin: Bytes): Promise<Presented> {
    return this.#queue.run(() =>
      this.#present('pin', pin, async (transaction, tries, stateKey): Promise<CommitPurpose> => {
        await this.#closeUnder(transaction, 'pin', newPin, stateKey);
        saveTries(transaction, { ...tries, pin: allTries.pin });
        return 'erasure';
      }),
    );
  }

  /** @param newPin without it the old one counts again */
  unblock(puk: Bytes, newPin?: Bytes): Promise<Presented> {
    return this.#queue.run(() =>
      this.#present('puk', puk, async (transaction, _, stateKey): Promise<CommitPurpose> => {
        if (newPin) await this.#closeUnder(transaction, 'pin', newPin, stateKey);
        saveTries(transaction, allTries);
        return newPin ? 'erasure' : 'upkeep';
      }),
    );
  }

  /** Reset, or loss of power. */
  reset(): Promise<void> {
    return this.#queue.run(() => this.#stateKey.close());
  }

  // The hospital's, over the air

  /** @throws SecureElementError `element-locked` until the state key is known */
  putPuk(puk: Bytes): Promise<void> {
    return this.#queue.run(async () => {
      const stateKey = this.#stateKey.known;
      if (!stateKey) throw new SecureElementError('element-locked', 'expected the patient to unlock the element');
      const transaction = new Transaction();
      await this.#closeUnder(transaction, 'puk', puk, stateKey);
      saveTries(transaction, { ...(await loadTries(this.#storage)), puk: allTries.puk });
      await transaction.commit(this.#storage, 'erasure');
    });
  }

  /** The patient's PIN counts again, and only the patient knows it. @returns false if there is none */
  resetTries(): Promise<boolean> {
    return this.#queue.run(async () => {
      if (!(await loadSlots(this.#storage))) return false;
      const transaction = new Transaction();
      saveTries(transaction, { ...(await loadTries(this.#storage)), pin: allTries.pin });
      await transaction.commit(this.#storage);
      return true;
    });
  }

  /** A terminated card: what was sealed under the state key stays sealed for good. */
  destroy(): Promise<void> {
    return this.#queue.run(async () => {
      this.#destroyed = true;
      const transaction = new Transaction();
      forgetSlots(transaction);
      await transaction.commit(this.#storage, 'erasure');
      await this.#stateKey.close();
    });
  }

  async #present(
    reference: Reference,
    secret: Bytes,
    change: (transaction: Transaction, tries: Tries, stateKey: Bytes) => Awaitable<CommitPurpose>,
  ): Promise<Presented> {
    const slot = (await loadSlots(this.#storage))?.[reference];
    if (!slot) return { kind: 'unset' };
    const before = await loadTries(this.#storage);
    if (before[reference] === 0) return { kind: 'blocked' };
    const spent: Tries = { ...before, [reference]: before[reference] - 1 };
    const spending = new Transaction();
    saveTries(spending, spent);
    await spending.commit(this.#storage);
    const stateKey = await openSlot(slot, { reference, secret, deviceKey: this.#deviceKey });
    if (!stateKey) return { kind: 'wrong', triesLeft: spent[reference] };
    const transaction = new Transaction();
    const purpose = await change(transaction, spent, stateKey);
    await transaction.commit(this.#storage, purpose);
    await this.#stateKey.open(stateKey);
    return { kind: 'right' };
  }

  async #closeUnder(transaction: Transaction, reference: Reference, secret: Bytes, stateKey: Bytes): Promise<void> {
    const slot = await closeSlot(stateKey, { reference, secret, deviceKey: this.#deviceKey }, this.#log2Cost);
    saveSlot(transaction, reference, slot);
  }
}
