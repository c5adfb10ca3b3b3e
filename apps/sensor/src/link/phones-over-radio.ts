// Phones over Bluetooth LE: the sensor is the peripheral, advertises its service, and serves whoever connects, one after the
// other. An adapter that is gone is opened anew.

import { type PhoneAtSensor, SealedSensorService, type SensorStatus } from '@vitalseal/ble';
import { openRadio, type Radio, type RadioOptions } from '@vitalseal/ble/node';

export interface PhonesOverRadioOptions extends RadioOptions {
  /** As `openRadio` takes it. */
  readonly adapter: string;
  /** Anyone in range reads it: nothing of the patient belongs here. */
  readonly name: string;
  /** `secured`: only over LE Secure Connections. */
  readonly access?: 'open' | 'secured';
  readonly status: () => Pick<SensorStatus, 'battery' | 'stored' | 'bonded'>;
}

interface OnAir {
  readonly radio: Radio;
  readonly service: SealedSensorService;
  readonly gone: AbortSignal;
}

export class PhonesOverRadio {
  readonly #options: PhonesOverRadioOptions;
  #onAir: Promise<OnAir> | undefined;

  constructor(options: PhonesOverRadioOptions) {
    this.#options = options;
  }

  /** The next phone in line. @throws BleError `radio-unavailable` without an adapter, `radio-disconnected` when it went */
  readonly connect = async (signal: AbortSignal): Promise<PhoneAtSensor> => {
    const { service, gone } = await this.#advertised();
    return service.nextPhone(AbortSignal.any([signal, gone]));
  };

  /** Tells the phones. */
  async statusChanged(): Promise<void> {
    await (await this.#onAir)?.service.statusChanged();
  }

  async close(): Promise<void> {
    await (await this.#onAir?.catch(() => undefined))?.radio.close();
  }

  #advertised(): Promise<OnAir> {
    if (this.#onAir) return this.#onAir;
    const onAir = this.#advertise();
    this.#onAir = onAir;
    const forget = () => {
      if (this.#onAir === onAir) this.#onAir = undefined;
    };
    onAir.then(({ radio }) => radio.closed.then(forget), forget);
    return onAir;
  }

  async #advertise(): Promise<OnAir> {
    const { adapter, name, access = 'open', status, ...options } = this.#options;
    const radio = await openRadio(adapter, options);
    const gone = new AbortController();
    void radio.closed.then(() => gone.abort());
    try {
      const service = new SealedSensorService({ status, access });
      const { offered } = service;
      service.attach(await radio.advertise({ name, services: [offered], advertised: [offered.uuid] }));
      return { radio, service, gone: gone.signal };
    } catch (error) {
      await radio.close();
      throw error;
    }
  }
}
