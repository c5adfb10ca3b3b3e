// The gateway as a central: it listens for devices of the kinds it knows, connects to those it has no link with, and leaves
// alone for a while those that turned out not to be its patient's.

import { BleError } from '@vitalseal/ble';
import type { FoundDevice, Radio, RadioConnection } from '@vitalseal/ble/node';
import { Backoff, pause } from '@vitalseal/retry';
import { codeOf } from '../errors.ts';

export interface DeviceKind {
  /** UUID of the service that such a device advertises. */
  readonly service: string;
  /** Left out, every device that advertises it. */
  wants?(found: FoundDevice): boolean;
  /**
   * Serves it until the connection is closed.
   * @param standing told how it can be seen whether this is one of the patient's: one that is not makes room for others
   * @returns whether it was one of this patient's; another one is not called again soon
   */
  serve(
    connection: RadioConnection,
    signal: AbortSignal,
    found: FoundDevice,
    standing: (proven: () => boolean) => void,
  ): Promise<boolean>;
}

export interface RadioWatchOptions {
  /** Opens the adapter, again and again while there is none. */
  readonly open: () => Promise<Radio>;
  readonly kinds: readonly DeviceKind[];
  readonly adapter?: (state: { readonly state: 'on' } | { readonly state: 'off'; readonly code: string }) => void;
  /** A device that could not be served; its kind says what of itself. */
  readonly trouble?: (code: string) => void;
}

export interface RadioWatch {
  /** At those too that turned out to be strangers: the patient has just said that one may be theirs. */
  lookAgain(): void;
  stop(): Promise<void>;
}

const adapterBackoff = { firstMs: 500, mostMs: 30_000 };
/** Of a device of ours that went, or that did not answer. */
const returnBackoff = { firstMs: 200, mostMs: 10_000 };
const strangerRestMs = 60_000;
/** It was heard a moment ago. */
const connectMs = 5000;
const mostRemembered = 256;
/** Links with devices that have proved nothing: an adapter has few links, and strangers have many addresses. */
const mostUnproven = 4;

export function watchRadio(options: RadioWatchOptions): RadioWatch {
  const stop = new AbortController();
  let inRange: Devices | undefined;
  const running = watch(options, stop.signal, (devices) => {
    inRange = devices;
  });
  return {
    lookAgain: () => inRange?.lookAgain(),
    async stop() {
      stop.abort();
      await running;
    },
  };
}

async function watch(
  { open, kinds, adapter, trouble }: RadioWatchOptions,
  signal: AbortSignal,
  began: (devices: Devices) => void,
): Promise<void> {
  const backoff = new Backoff(adapterBackoff);
  while (!signal.aborted) {
    try {
      const radio = await open();
      adapter?.({ state: 'on' });
      const gone = new AbortController();
      void radio.closed.then(() => gone.abort());
      const devices = new Devices(radio, kinds, AbortSignal.any([signal, gone.signal]), trouble);
      began(devices);
      try {
        await devices.serveAll();
        // One that opens and cannot scan is asked less and less often.
        backoff.succeeded();
      } finally {
        await radio.close();
      }
      if (!signal.aborted) adapter?.({ state: 'off', code: 'radio-unavailable' });
    } catch (error) {
      adapter?.({ state: 'off', code: codeOf(error) });
    }
    await pause(signal.aborted ? 0 : backoff.failed(), signal);
  }
}

interface Known {
  readonly backoff: Backoff;
  /** UTC ms of the machine. */
  restUntil: number;
  /** It has been one of ours: one that had nothing to say this time still is. */
  ours: boolean;
}

class Devices {
  readonly #radio: Radio;
  readonly #kinds: readonly DeviceKind[];
  readonly #signal: AbortSignal;
  readonly #trouble: ((code: string) => void) | undefined;
  readonly #linked = new Map<string, Promise<void>>();
  /** In the order of coming. */
  readonly #standing = new Map<RadioConnection, () => boolean>();
  readonly #known = new Map<string, Known>();
  #scanned = new AbortController();

  constructor(radio: Radio, kinds: readonly DeviceKind[], signal: AbortSignal, trouble?: (code: string) => void) {
    this.#radio = radio;
    this.#kinds = kinds;
    this.#signal = signal;
    this.#trouble = trouble;
  }

  async serveAll(): Promise<void> {
    while (!this.#signal.aborted) {
      const device = await this.#next();
      // Not beside the scan: not every controller can initiate and scan at once.
      if (device) await this.#connect(device.found, device.kind);
    }
    await Promise.all(this.#linked.values());
  }

  lookAgain(): void {
    for (const known of this.#known.values()) if (!known.ours) known.restUntil = 0;
    this.#scanned.abort();
  }

  async #next(): Promise<{ readonly found: FoundDevice; readonly kind: DeviceKind } | undefined> {
    const services = this.#kinds.map(({ service }) => service);
    this.#scanned = new AbortController();
    const signal = AbortSignal.any([this.#signal, this.#scanned.signal]);
    for await (const found of this.#radio.scan({ services }, signal)) {
      if (this.#linked.has(found.id) || (this.#known.get(found.id)?.restUntil ?? 0) > Date.now()) continue;
      const kind = this.#kinds.find((one) => found.services.includes(one.service) && (one.wants?.(found) ?? true));
      if (kind) return { found, kind };
    }
    return undefined;
  }

  async #connect(found: FoundDevice, kind: DeviceKind): Promise<void> {
    this.#makeRoom();
    try {
      const connection = await this.#radio.connect(found, { signal: this.#signal, timeoutMs: connectMs });
      const served = this.#serve(found, connection, kind).finally(() => this.#linked.delete(found.id));
      this.#linked.set(found.id, served);
    } catch (error) {
      if (!this.#signal.aborted) this.#leaveAlone(found.id, false, error);
    }
  }

  async #serve(found: FoundDevice, connection: RadioConnection, kind: DeviceKind): Promise<void> {
    const { id } = found;
    const close = () => connection.close();
    this.#signal.addEventListener('abort', close, { once: true });
    try {
      const known = this.#know(id);
      const standing = (proven: () => boolean) => this.#standing.set(connection, proven);
      standing(() => false);
      if (await kind.serve(connection, this.#signal, found, standing)) {
        known.ours = true;
        known.backoff.succeeded();
      }
      this.#leaveAlone(id, !known.ours);
    } catch (error) {
      this.#leaveAlone(id, false, error);
    } finally {
      this.#standing.delete(connection);
      connection.close();
      await connection.closed;
      this.#signal.removeEventListener('abort', close);
    }
  }

  #makeRoom(): void {
    const unproven = [...this.#standing].filter(([, proven]) => !proven());
    if (unproven.length >= mostUnproven) unproven[0]?.[0].close();
  }

  #leaveAlone(id: string, stranger: boolean, error?: unknown): void {
    const known = this.#know(id);
    const restMs = stranger ? strangerRestMs : known.backoff.failed();
    known.restUntil = Date.now() + restMs;
    // Scanned for anew: some controllers tell of a device once in a scan, and that was while it was linked or rested.
    void pause(restMs + 1, this.#signal).then(() => this.#scanned.abort());
    if (error !== undefined && !(error instanceof BleError && error.code === 'radio-disconnected')) {
      this.#trouble?.(codeOf(error));
    }
  }

  #know(id: string): Known {
    const known = this.#known.get(id) ?? { backoff: new Backoff(returnBackoff), restUntil: 0, ours: false };
    this.#known.delete(id);
    this.#known.set(id, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostRemembered && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }
}
