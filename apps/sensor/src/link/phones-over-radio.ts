// Phones over Bluetooth LE: the sensor is the peripheral, advertises its service, and serves whoever connects, one after the
// other. An adapter that is gone is opened anew.

import {
  type Doorkeeper,
  type PatienceWithPhones,
  type PhoneAtSensor,
  SealedSensorService,
  type SensorStatus,
} from '@vitalseal/ble';
import { openRadio, type Radio, type RadioOptions } from '@vitalseal/ble/node';
import { codeOf } from '../errors.ts';
import { doorOf } from './known-phones.ts';

export interface PhonesOverRadioOptions extends RadioOptions {
  /** As `openRadio` takes it. */
  readonly adapter: string;
  /** Anyone in range reads it: nothing of the patient belongs here. */
  readonly name: string;
  /** `secured`: only over LE Secure Connections. */
  readonly access?: 'open' | 'secured';
  readonly status: () => Pick<SensorStatus, 'battery' | 'stored' | 'bonded'>;
  readonly patience?: Partial<PatienceWithPhones>;
  readonly state?: (state: AdapterState) => void;
}

/** The code says why it cannot be used, or that it went. */
export type AdapterState = { readonly state: 'on' } | { readonly state: 'off'; readonly code: string };

interface OnAir {
  readonly radio: Radio;
  readonly service: SealedSensorService;
  readonly gone: AbortSignal;
}

export class PhonesOverRadio {
  readonly #options: PhonesOverRadioOptions;
  /** It outlives the adapter. */
  readonly #door: Doorkeeper;
  #onAir: Promise<OnAir> | undefined;
  #closed = false;

  constructor(options: PhonesOverRadioOptions) {
    this.#options = options;
    this.#door = doorOf(options.bondFolder);
  }

  /** The next phone in line. @throws BleError `radio-unavailable` without an adapter, `radio-disconnected` when it went */
  readonly connect = async (signal: AbortSignal): Promise<PhoneAtSensor> => {
    const { service, gone } = await this.#advertised();
    return service.nextPhone(AbortSignal.any([signal, gone]));
  };

  /** Tells the phones that listen; a sensor without an adapter tells nobody. */
  async statusChanged(): Promise<void> {
    (await this.#onAir?.catch(() => undefined))?.service.statusChanged();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#onAir?.catch(() => undefined))?.radio.close();
  }

  #advertised(): Promise<OnAir> {
    if (this.#onAir) return this.#onAir;
    const onAir = this.#advertise();
    this.#onAir = onAir;
    const forget = () => {
      if (this.#onAir === onAir) this.#onAir = undefined;
    };
    const off = (error?: unknown) => {
      forget();
      if (!this.#closed) this.#options.state?.({ state: 'off', code: codeOf(error) ?? 'radio-unavailable' });
    };
    onAir.then(({ radio }) => {
      this.#options.state?.({ state: 'on' });
      void radio.closed.then(() => off());
    }, off);
    return onAir;
  }

  async #advertise(): Promise<OnAir> {
    const { adapter, name, access = 'open', status, patience = {}, state: _state, ...options } = this.#options;
    const radio = await openRadio(adapter, options);
    const gone = new AbortController();
    void radio.closed.then(() => gone.abort());
    try {
      const service = new SealedSensorService({
        status,
        access,
        patience,
        door: this.#door,
        proved: (id) => radio.keep(id),
      });
      service.attach(await radio.advertise(service.peripheral(name)));
      return { radio, service, gone: gone.signal };
    } catch (error) {
      await radio.close();
      throw error;
    }
  }
}
