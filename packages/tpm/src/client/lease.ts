// Nobody holds the TPM while idle: an emulator and a bare device serve one client, and commands of the operator run beside the
// server. A lease connects when there is work, keeps the connection for work that follows at once, and lets go soon.
import { TpmError } from '../errors.ts';
import { type ConnectOptions, connectTpm } from './connect.ts';
import type { Tpm } from './tpm.ts';

/** Connects, works, disconnects. */
export async function withTpm<T>(
  address: string,
  work: (tpm: Tpm) => Promise<T>,
  options: ConnectOptions = {},
): Promise<T> {
  const tpm = await connectTpm(address, options);
  try {
    return await work(tpm);
  } finally {
    await tpm.close();
  }
}

export interface LeaseOptions extends ConnectOptions {
  /** The connection is kept this long after the last work, ms. */
  readonly idleMs?: number;
  /** It is given up this long after it was made, work or none, so that others get their turn, ms. */
  readonly longestMs?: number;
}

interface Held<R> {
  readonly tpm: Tpm;
  readonly resource: R;
  readonly since: number;
}

/** One piece of work at a time: a TPM has few places for keys. */
export class TpmLease<R> {
  readonly #address: string;
  readonly #open: (tpm: Tpm) => Promise<R>;
  readonly #options: LeaseOptions;
  readonly #idleMs: number;
  readonly #longestMs: number;
  #queue: Promise<unknown> = Promise.resolve();
  #held: Held<R> | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** @param open what each work is given, made anew for each connection */
  constructor(address: string, open: (tpm: Tpm) => Promise<R>, options: LeaseOptions = {}) {
    this.#address = address;
    this.#open = open;
    this.#options = options;
    this.#idleMs = options.idleMs ?? 50;
    this.#longestMs = options.longestMs ?? 2000;
  }

  /**
   * @param isWanted asked when the turn comes, before the TPM is: work that nobody waits for any more costs it nothing
   * @throws what the work throws, and as `connectTpm` does; TpmError `tpm-busy` if it was not wanted any more
   */
  use<T>(work: (resource: R) => Promise<T>, isWanted: () => boolean = () => true): Promise<T> {
    const turn = this.#queue.then(() => {
      if (!isWanted()) throw new TpmError('tpm-busy', 'expected the TPM to be free sooner');
      return this.#use(work);
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** After the work that waits. */
  async close(): Promise<void> {
    await this.#queue;
    await this.#release();
  }

  async #use<T>(work: (resource: R) => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    const held = this.#held;
    if (held !== undefined && (!held.tpm.usable || performance.now() - held.since > this.#longestMs)) {
      await this.#release();
    }
    this.#held ??= await this.#connect();
    try {
      const result = await work(this.#held.resource);
      this.#idle = setTimeout(() => this.#queueRelease(), this.#idleMs);
      return result;
    } catch (error) {
      // Whatever it was, handles and sessions of this connection may not be what they were taken for.
      await this.#release();
      throw error;
    }
  }

  async #connect(): Promise<Held<R>> {
    const tpm = await connectTpm(this.#address, this.#options);
    try {
      return { tpm, resource: await this.#open(tpm), since: performance.now() };
    } catch (error) {
      await tpm.close();
      throw error;
    }
  }

  #queueRelease(): void {
    this.#queue = this.#queue.then(() => this.#release());
  }

  async #release(): Promise<void> {
    clearTimeout(this.#idle);
    const held = this.#held;
    this.#held = undefined;
    await held?.tpm.close();
  }
}
