// One sensor over Web Bluetooth, for as long as the patient wants it: connected, lost, and connected again.

import { openSealedSensor, openStandardSensor, type ReadingQueue } from '@vitalseal/ble';
import { connectDevice } from '@vitalseal/ble/browser';
import { Backoff, pause } from '@vitalseal/retry';
import { SensorPort, type SensorPortOptions } from '../../../../src/sensor-port/sensor-port.ts';
import { codeOf } from '../phone-error.ts';
import type { SensorState } from '../phone-state.ts';
import type { KnownSensor } from './known-sensors.ts';
import { meterProgress } from './meter-progress.ts';

export interface SensorAtPhoneOptions {
  readonly known: KnownSensor;
  /** Undefined: the browser has forgotten it, and the patient has to choose it again. */
  readonly device: BluetoothDevice | undefined;
  /** The card as a sealed sensor's port uses it. @param taken told of each time that it took records */
  readonly carried: (taken: () => void) => SensorPortOptions['card'];
  /** Of standard sensors. */
  readonly queue: ReadingQueue;
  readonly changed: () => void;
  /** It was reached for. @param failure a code; undefined: it was reached */
  readonly tried: (failure: string | undefined) => void;
  /** A code that the sensor or the card gave while shaking hands. */
  readonly trouble: (code: string) => void;
}

/** A radio that is off says so at once, and costs nothing: the patient who switches it on does not wait long. */
const offEveryMs = 3000;
/** Of a stream that comes each second, what the hospital's rules need. */
const standardEveryMs = 10_000;

export class SensorAtPhone {
  readonly #options: SensorAtPhoneOptions;
  readonly #stop = new AbortController();
  readonly #backoff = new Backoff({ firstMs: 1000, mostMs: 30_000 });
  #port: SensorPort | undefined;
  #hangUp: () => void = () => {};
  #wake = new AbortController();
  #state: SensorState;

  constructor(options: SensorAtPhoneOptions) {
    this.#options = options;
    const { known, device } = options;
    const link = device ? ({ state: 'connecting' } as const) : ({ state: 'ask-again' } as const);
    this.#state = { ...known, link, lastValueAt: undefined, battery: undefined, dropped: 0 };
    if (device) void this.#run(device);
  }

  get state(): SensorState {
    return this.#state;
  }

  get known(): KnownSensor {
    return this.#options.known;
  }

  get device(): BluetoothDevice | undefined {
    return this.#options.device;
  }

  /** It has shown the key of a sensor that is this patient's. */
  get proven(): boolean {
    return this.#port?.proven === true;
  }

  /** Room in the card, or the card is back. */
  roomFreed(): void {
    this.#port?.roomFreed();
  }

  /** Now, not when its turn comes. */
  again(): void {
    this.#say({ link: { state: 'connecting' } });
    this.#wake.abort();
  }

  end(): void {
    this.#stop.abort();
    this.#wake.abort();
    this.#hangUp();
  }

  /** What is tried unasked is not told: the patient who looks would see it go from "away" to "looking" and back for ever. */
  async #run(device: BluetoothDevice): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const code = await this.#servedUntil(device);
      if (code === 'device-forgotten') return this.#say({ link: { state: 'ask-again' } });
      this.#say({ link: { state: 'away', code } });
      if (this.#stop.signal.aborted) return;
      this.#wake = new AbortController();
      await pause(code === 'radio-unavailable' ? offEveryMs : this.#backoff.failed(), this.#wake.signal);
    }
  }

  /** @returns why it is over */
  async #servedUntil(device: BluetoothDevice): Promise<string> {
    try {
      await this.#serve(device);
      return 'radio-disconnected';
    } catch (error) {
      const code = codeOf(error);
      this.#options.tried(code);
      return code;
    }
  }

  /** Until the link is gone. */
  async #serve(device: BluetoothDevice): Promise<void> {
    const connection = await connectDevice(device);
    this.#hangUp = () => connection.close();
    try {
      if (this.#stop.signal.aborted) return;
      await (this.#options.known.kind === 'sealed' ? this.#sealed(connection) : this.#standard(connection));
      this.#backoff.succeeded();
      this.#options.tried(undefined);
      this.#say({ link: { state: 'connected' } });
      await connection.closed;
    } finally {
      this.#port?.close();
      this.#port = undefined;
      connection.close();
    }
  }

  async #sealed(connection: Awaited<ReturnType<typeof connectDevice>>): Promise<void> {
    const { carried, trouble } = this.#options;
    const link = await openSealedSensor(connection, {
      status: ({ battery }) => this.#say({ battery }),
      dropped: () => this.#say({ dropped: this.#state.dropped + 1 }),
    });
    this.#say({ battery: link.status.battery });
    const card = carried(() => this.#say({ lastValueAt: Date.now() }));
    this.#port = new SensorPort(link.messages, { card, trouble, closed: () => connection.close() });
  }

  async #standard(connection: Awaited<ReturnType<typeof connectDevice>>): Promise<void> {
    const { known, queue } = this.#options;
    const now = () => ({ utcMs: Date.now(), offsetMinutes: -new Date().getTimezoneOffset() });
    await openStandardSensor(connection, {
      queue,
      now,
      name: known.name,
      everyMs: standardEveryMs,
      progress: meterProgress,
      changed: ({ battery, dropped, lastValueAt }) => this.#say({ battery, dropped, lastValueAt }),
    });
  }

  #say(change: Partial<SensorState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.changed();
  }
}
