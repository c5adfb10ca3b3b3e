// When the card asks the hospital: once it has its activation code and the phone has found the hospital's address, then
// at the interval the hospital set, by the toolkit's timers, and at once when the phone says so, when a terminal comes,
// or when the PIN has opened what a script was waiting for. A failure is waited out and tried again.

import { type Bytes, noBytes } from '@vitalseal/protocol';
import { Backoff } from '@vitalseal/retry';
import { UiccError } from '@vitalseal/uicc';
import { encodePskIdentity } from '@vitalseal/uicc/global-platform';
import { NotTaken } from '../delivery/delivery-failure.ts';
import { SecureElementError } from '../errors.ts';
import type { AdministrationPeer, ConnectAdministration } from './administration-carrier.ts';
import { administrationSession } from './administration-session.ts';
import type { ScriptRunner } from './script-runner.ts';
import type { SecurityDomain } from './security-domain.ts';

export type AdministrationState =
  | { readonly state: 'idle' }
  | { readonly state: 'running' }
  | { readonly state: 'waiting'; readonly code: string };

export interface AdministrationOptions {
  readonly domain: SecurityDomain;
  readonly runner: ScriptRunner;
  readonly connect: ConnectAdministration;
  /** By the toolkit's timers. Ends early, without an error, when the signal is aborted. */
  readonly wait: (seconds: number, signal: AbortSignal) => Promise<void>;
  /** Around work that needs nothing from the terminal: see `ToolkitSession.during`. */
  readonly during?: <T>(work: Promise<T>) => Promise<T>;
  readonly firstRetryMs?: number;
  /** Somebody else finds the way: no address is needed. */
  readonly isCarried?: boolean;
}

const mostRetryMs = 15 * 60_000;

export class Administration {
  readonly #options: AdministrationOptions;
  readonly #stop = new AbortController();
  readonly #backoff: Backoff;
  readonly #done: Promise<void>;
  #woken = Promise.withResolvers<void>();
  #state: AdministrationState = { state: 'idle' };
  /** The phone's errand: where the server's name leads to. */
  #address: Bytes | undefined;

  constructor(options: AdministrationOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ firstMs: options.firstRetryMs ?? 2000, mostMs: mostRetryMs });
    this.#followServer(options.domain);
    this.#done = this.#run();
  }

  get state(): AdministrationState {
    return this.#state;
  }

  get hasAddress(): boolean {
    return this.#address !== undefined;
  }

  /** 4 or 16 bytes. A wrong one leads to nobody who has the card's key. */
  putAddress(address: Bytes): void {
    this.#address = address;
    this.wake();
  }

  wake(): void {
    this.#woken.resolve();
  }

  /** Cuts the session on its way; the next one goes on from there. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#done;
  }

  /** Nothing is asked before the first waking: until then there is no terminal. */
  async #run(): Promise<void> {
    for (;;) {
      await this.#woken.promise;
      if (this.#stop.signal.aborted) return;
      // What wakes from here on is not missed, whatever comes of this session.
      this.#woken = Promise.withResolvers();
      const seconds = await this.#once();
      if (seconds !== undefined) this.#wakeAfter(seconds);
    }
  }

  /** @returns after how many seconds to ask again; undefined: when woken */
  async #once(): Promise<number | undefined> {
    const peer = this.#peer();
    if (!peer) return undefined;
    const { domain, runner, connect, during = (work) => work } = this.#options;
    this.#state = { state: 'running' };
    const connection = connect(peer);
    try {
      await administrationSession({ domain, runner, connection, during, signal: this.#stop.signal });
      this.#backoff.succeeded();
      this.#state = { state: 'idle' };
      return domain.state.pollSeconds || undefined;
    } catch (error) {
      this.#state = { state: 'waiting', code: codeOf(error) };
      return this.#backoff.failed(error instanceof NotTaken ? error.retryAfterMs : 0) / 1000;
    } finally {
      connection.close();
    }
  }

  /** A server of another name has another address, which the phone has to find. */
  #followServer(domain: SecurityDomain): void {
    let host = domain.state.server?.host;
    domain.whenChanged(({ server }) => {
      if (server?.host !== host) this.#address = undefined;
      host = server?.host;
    });
  }

  #peer(): AdministrationPeer | undefined {
    const { administrationId, keyVersion, psk, server } = this.#options.domain.state;
    const address = this.#options.isCarried ? noBytes : this.#address;
    if (administrationId === undefined || !psk || !server || !address) return undefined;
    const identity = encodePskIdentity({ administrationId, keyVersion });
    return { name: server.host, port: server.port, address, psk, identity };
  }

  /** Wakes after that long, unless something has by then. Without timers of the terminal, only that. */
  #wakeAfter(seconds: number): void {
    const woken = this.#woken;
    const early = new AbortController();
    void woken.promise.then(() => early.abort());
    this.#options.wait(seconds, early.signal).then(woken.resolve, () => {});
  }
}

function codeOf(error: unknown): string {
  return error instanceof SecureElementError || error instanceof UiccError ? error.code : 'administration-failed';
}
