// Whether this phone's Bluetooth is of use. That the browser has it and allows it can be asked; that it is switched on cannot:
// it shows in what comes of reaching for a sensor.

import { bluetoothState, watchBluetooth } from '@vitalseal/ble/browser';
import type { PhoneState } from '../phone-state.ts';

export class PhoneBluetooth {
  readonly #changed: (bluetooth: PhoneState['bluetooth']) => void;
  #ofBrowser: 'on' | 'unsupported' | 'forbidden' = 'unsupported';
  #isOff = false;

  constructor(changed: (bluetooth: PhoneState['bluetooth']) => void) {
    this.#changed = changed;
    const look = () => void this.look();
    watchBluetooth(look);
    // Back from the settings, perhaps.
    document.addEventListener('visibilitychange', look);
    look();
  }

  /** A sensor was reached for: `radio-unavailable` is this phone's fault, all else is not. */
  tried(failure: string | undefined): void {
    this.#isOff = failure === 'radio-unavailable';
    this.#say();
    if (failure !== undefined) void this.look();
  }

  async look(): Promise<void> {
    this.#ofBrowser = await bluetoothState();
    this.#say();
  }

  #say(): void {
    this.#changed(this.#ofBrowser === 'on' && this.#isOff ? 'off' : this.#ofBrowser);
  }
}
