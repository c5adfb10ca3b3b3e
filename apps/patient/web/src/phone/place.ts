// Where the phone is, told to the card while the patient shares it, and nowhere else.

import type { Location } from '@vitalseal/protocol';
import { PhoneError } from './phone-error.ts';

const watching: PositionOptions = { enableHighAccuracy: true, maximumAge: 60_000, timeout: 60_000 };
/** GeolocationPositionError.PERMISSION_DENIED */
const denied = 1;

export class Place {
  #watch: number | undefined;
  #forgetPermission: () => void = () => {};

  get isWatched(): boolean {
    return this.#watch !== undefined;
  }

  /** Asks the patient where the browser has not yet. @throws PhoneError `location-denied` */
  async start(told: (location: Location | undefined, isDenied: boolean) => void): Promise<void> {
    this.stop();
    const first = Promise.withResolvers<void>();
    const isDenied = () => {
      this.stop();
      told(undefined, true);
      first.reject(new PhoneError('location-denied', 'expected to be told where the phone is'));
    };
    this.#watch = navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => {
        told(locationOf(coords, timestamp), false);
        first.resolve();
      },
      ({ code }) => {
        if (code === denied) return isDenied();
        // Not now: it is told when the phone knows.
        told(undefined, false);
        first.resolve();
      },
      watching,
    );
    await first.promise;
    await this.#heedPermission(isDenied);
  }

  /** What was allowed may be withdrawn in the settings of browser or system; not each browser ends the watch for that. */
  async #heedPermission(withdrawn: () => void): Promise<void> {
    const watch = this.#watch;
    const permission = await navigator.permissions.query({ name: 'geolocation' }).catch(() => undefined);
    const look = () => {
      if (permission?.state !== 'granted' && this.#watch === watch) withdrawn();
    };
    if (!permission || this.#watch !== watch) return;
    permission.addEventListener('change', look);
    this.#forgetPermission = () => permission.removeEventListener('change', look);
  }

  stop(): void {
    if (this.#watch !== undefined) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = undefined;
    this.#forgetPermission();
  }
}

/** The protocol's largest radius; a browser may say any. */
const mostMetres = 1_000_000;

function locationOf({ latitude, longitude, accuracy }: GeolocationCoordinates, at: number): Location {
  return { latitude, longitude, accuracyMetres: Math.min(Math.max(0, accuracy), mostMetres), at: Math.round(at) };
}
