// The gateway as a central: it listens for devices of the kinds it knows, connects to those it has no link with, and leaves
// alone for a while those that turned out not to be its patient's. Anyone can advertise whatever he likes: devices that have
// proved to be the patient's come before all others, which share the time that is left, and few links.

import { BleError } from '@vitalseal/ble';
import type { Radio, RadioConnection } from '@vitalseal/ble/node';
import { Backoff, pause } from '@vitalseal/retry';
import { codeOf } from '../errors.ts';
import { type Candidate, Candidates } from './candidates.ts';
import type { DeviceKind } from './device-kind.ts';
import { type KnownSensors, knownSensors } from './known-sensors.ts';
import { RememberedDevices } from './remembered-devices.ts';

export interface RadioWatchOptions {
  /** Opens the adapter, again and again while there is none. */
  readonly open: () => Promise<Radio>;
  readonly kinds: readonly DeviceKind[];
  /** Left out, they are learned anew each time. */
  readonly known?: KnownSensors;
  readonly patience?: Partial<PatienceWithDevices>;
  readonly adapter?: (state: AdapterState) => void;
  /** A device that could not be served; its kind says what of itself. */
  readonly trouble?: (code: string) => void;
}

/** The code says why it cannot be used, or that it went. */
export type AdapterState = { readonly state: 'on' } | { readonly state: 'off'; readonly code: string };

export interface RadioWatch {
  /** At those too that turned out to be strangers: the patient has just said that one may be theirs. */
  lookAgain(): void;
  stop(): Promise<void>;
}

/** Milliseconds. */
export interface PatienceWithDevices {
  /** Given to devices of the patient's that are missing, before each attempt at a stranger. */
  readonly listening: number;
  /** For a stranger to be reached: it was heard a moment ago. */
  readonly reachingStranger: number;
  /** That a stranger keeps its link while others want it. */
  readonly stranger: number;
  /** To prove to be the patient's, on each link: anybody may have taken the address of one that has proved before. */
  readonly proof: number;
}

const usualPatience: PatienceWithDevices = {
  listening: 1000,
  reachingStranger: 2000,
  stranger: 10_000,
  proof: 60_000,
};
const adapterBackoff = { firstMs: 500, mostMs: 30_000 };
const strangerRestMs = 60_000;
/** It was heard a moment ago. */
const connectMs = 5000;
/** Links with devices that have proved nothing: an adapter has few links, and strangers have many addresses. */
const mostUnproven = 4;
const lookMs = 250;

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
  { open, kinds, known = knownSensors(), patience, adapter, trouble }: RadioWatchOptions,
  signal: AbortSignal,
  began: (devices: Devices) => void,
): Promise<void> {
  const backoff = new Backoff(adapterBackoff);
  const memory = new RememberedDevices(known);
  while (!signal.aborted) {
    try {
      const radio = await open();
      adapter?.({ state: 'on' });
      const gone = new AbortController();
      void radio.closed.then(() => gone.abort());
      const devices = new Devices({
        radio,
        kinds,
        memory,
        patience: { ...usualPatience, ...patience },
        signal: AbortSignal.any([signal, gone.signal]),
        trouble,
      });
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

interface Surroundings {
  readonly radio: Radio;
  readonly kinds: readonly DeviceKind[];
  readonly memory: RememberedDevices;
  readonly patience: PatienceWithDevices;
  readonly signal: AbortSignal;
  readonly trouble: ((code: string) => void) | undefined;
}

interface Linked {
  readonly connection: RadioConnection;
  /** Milliseconds that never go back. */
  readonly since: number;
  proven: () => boolean;
}

class Devices {
  readonly #of: Surroundings;
  /** Until each is done with. */
  readonly #served = new Map<string, Promise<void>>();
  /** In the order of coming. */
  readonly #linked = new Map<string, Linked>();
  readonly #candidates = new Candidates();
  #scanned = new AbortController();
  #listeningSince = 0;

  constructor(of: Surroundings) {
    this.#of = of;
  }

  async serveAll(): Promise<void> {
    const { signal } = this.#of;
    const looks = setInterval(() => this.#lookAfterLinks(), lookMs);
    try {
      this.#listeningSince = performance.now();
      while (!signal.aborted) {
        const device = await this.#next();
        // Not beside the scan: not every controller can initiate and scan at once.
        if (device) await this.#connect(device);
      }
      await Promise.all(this.#served.values());
    } finally {
      clearInterval(looks);
    }
  }

  lookAgain(): void {
    this.#of.memory.wakeStrangers();
    this.#candidates.forgetTried();
    this.#scanned.abort();
  }

  async #next(): Promise<Candidate | undefined> {
    const { radio, kinds, memory } = this.#of;
    const services = kinds.map(({ service }) => service);
    const scanned = new AbortController();
    this.#scanned = scanned;
    let stranger: Candidate | undefined;
    const look = () => {
      stranger ??= this.#stranger();
      if (stranger) scanned.abort();
    };
    const looks = setInterval(look, lookMs);
    try {
      for await (const found of radio.scan({ services }, AbortSignal.any([this.#of.signal, scanned.signal]))) {
        if (this.#served.has(found.id) || memory.rests(found.id)) continue;
        const kind = kinds.find((one) => found.services.includes(one.service) && (one.wants?.(found) ?? true));
        if (!kind) continue;
        if (kind.wants !== undefined || memory.known.has(found.id)) return { found, kind };
        this.#candidates.hear({ found, kind }, performance.now());
        look();
      }
    } finally {
      clearInterval(looks);
    }
    return stranger;
  }

  /** One may be tried when those that are the patient's have had their time to be heard, and there is a link for it. */
  #stranger(): Candidate | undefined {
    const now = performance.now();
    const { memory, patience } = this.#of;
    const isMissing = [...memory.known.all()].some((id) => !this.#served.has(id));
    if (isMissing && now - this.#listeningSince < patience.listening) return undefined;
    const unproven = [...this.#linked].filter(([id, { proven }]) => !memory.known.has(id) && !proven());
    const [, oldest] = unproven[0] ?? [];
    if (oldest && unproven.length >= mostUnproven) {
      if (now - oldest.since >= patience.stranger) oldest.connection.close();
      return undefined;
    }
    return this.#candidates.take(now);
  }

  async #connect({ found, kind }: Candidate): Promise<void> {
    const { radio, signal, memory, patience } = this.#of;
    const { id } = found;
    const isOurs = kind.wants !== undefined || memory.known.has(id);
    try {
      const timeoutMs = isOurs ? connectMs : patience.reachingStranger;
      const connection = await radio.connect(found, { signal, timeoutMs });
      const served = this.#serve({ found, kind }, connection).finally(() => this.#served.delete(id));
      this.#served.set(id, served);
    } catch (error) {
      if (!signal.aborted) this.#leaveAlone(id, false, error);
    } finally {
      if (!isOurs) this.#listeningSince = performance.now();
    }
  }

  async #serve({ found, kind }: Candidate, connection: RadioConnection): Promise<void> {
    const { id } = found;
    const { signal, memory } = this.#of;
    const close = () => connection.close();
    signal.addEventListener('abort', close, { once: true });
    const linked: Linked = { connection, since: performance.now(), proven: () => false };
    this.#linked.set(id, linked);
    try {
      const standing = (proven: () => boolean) => {
        linked.proven = proven;
      };
      if (await kind.serve(connection, signal, found, standing)) this.#prove(id);
      this.#leaveAlone(id, !memory.known.has(id));
    } catch (error) {
      this.#leaveAlone(id, false, error);
    } finally {
      this.#linked.delete(id);
      connection.close();
      await connection.closed;
      signal.removeEventListener('abort', close);
    }
  }

  /** A device has so long to prove what it is, whatever else it says on its link. */
  #lookAfterLinks(): void {
    const { memory, patience } = this.#of;
    for (const [id, { connection, since, proven }] of this.#linked) {
      if (!proven() && performance.now() - since > patience.proof) connection.close();
      else if (proven() && !memory.known.has(id)) this.#prove(id);
    }
  }

  #prove(id: string): void {
    const { memory, radio } = this.#of;
    memory.prove(id);
    radio.keep(id);
  }

  #leaveAlone(id: string, stranger: boolean, error?: unknown): void {
    const { memory, signal, trouble } = this.#of;
    const device = memory.of(id);
    const restMs = stranger ? strangerRestMs : device.backoff.failed();
    device.restUntil = Date.now() + restMs;
    // Scanned for anew: some controllers tell of a device once in a scan, and that was while it was linked or rested.
    void pause(restMs + 1, signal).then(() => this.#scanned.abort());
    if (error !== undefined && !(error instanceof BleError && error.code === 'radio-disconnected')) {
      trouble?.(codeOf(error));
    }
  }
}
