/**
 * Work on the hospital's TPM: in turn, for so long and so much of it at a time. A TPM may take seconds for a signature, and
 * one that hangs takes longer to be given up: what waited too long for its turn is refused then, and costs the TPM nothing
 * when its turn comes, since whoever asked has gone and will ask again.
 */

import type { Bytes } from '@vitalseal/protocol';
import { openStorageRoot, type StorageRoot, TpmError, TpmLease } from '@vitalseal/tpm';
import { HospitalError } from '../../errors.ts';
import type { KeyState } from '../key-store.ts';

export interface TpmQueueOptions {
  readonly address: string;
  /** Name of the storage root key. */
  readonly root: Bytes;
  /** Pieces of work that may wait. */
  readonly waitingLimit?: number;
  /** How long one may wait for its turn, ms. */
  readonly patienceMs?: number;
}

export class TpmQueue {
  readonly #lease: TpmLease<StorageRoot>;
  readonly #waitingLimit: number;
  readonly #patienceMs: number;
  #waiting = 0;
  #problem: string | undefined;

  constructor({ address, root, waitingLimit = 64, patienceMs = 10_000 }: TpmQueueOptions) {
    this.#lease = new TpmLease(address, (tpm) => openStorageRoot(tpm, root));
    this.#waitingLimit = waitingLimit;
    this.#patienceMs = patienceMs;
  }

  /** As the last work found it. */
  get state(): KeyState {
    const waiting = this.#waiting;
    return this.#problem === undefined ? { ok: true, waiting } : { ok: false, waiting, problem: this.#problem };
  }

  /** @throws HospitalError `keys-unavailable` with the TPM's own reason as its cause */
  async use<Result>(work: (root: StorageRoot) => Promise<Result>): Promise<Result> {
    if (this.#waiting >= this.#waitingLimit) throw unavailable('expected fewer to wait for the TPM');
    const tooLate = Promise.withResolvers<never>();
    let begun = false;
    let wanted = true;
    const timer = setTimeout(() => {
      if (begun) return;
      wanted = false;
      tooLate.reject(unavailable('expected the TPM to be free sooner'));
    }, this.#patienceMs);
    const turn = this.#inTurn(
      (root) => {
        begun = true;
        return work(root);
      },
      () => wanted,
    );
    try {
      return await Promise.race([turn, tooLate.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #inTurn<Result>(work: (root: StorageRoot) => Promise<Result>, isWanted: () => boolean): Promise<Result> {
    this.#waiting += 1;
    try {
      const result = await this.#lease.use(work, isWanted);
      this.#problem = undefined;
      return result;
    } catch (error) {
      if (!(error instanceof TpmError)) throw error;
      if (isWanted()) this.#problem = error.rc ?? error.code;
      throw unavailable(error.message, error);
    } finally {
      this.#waiting -= 1;
    }
  }

  async close(): Promise<void> {
    await this.#lease.close();
  }
}

function unavailable(message: string, cause?: TpmError): HospitalError {
  return new HospitalError('keys-unavailable', message, { cause });
}
