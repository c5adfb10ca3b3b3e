// Where the phone is, told to the card while the patient shares it, and nowhere else.

import type { Location } from '@vitalseal/protocol';
import { PhoneError } from './phone-error.ts';

const watching: PositionOptions = { enableHighAccuracy: true, maximumAge: 60_000, timeout: 60_000 };
/** GeolocationPositionError.PERMISSION_DENIED */
const denied = 1;

export class Place {
  #watch: number | undefined;

  get isWatched(): boolean {
    return this.#watch !== undefined;
  }

  /** Asks the patient where the browser has not yet. @throws PhoneError `location-denied` */
  async start(told: (location: Location | undefined, isDenied: boolean) => void): Promise<void> {
    this.stop();
    const first = Promise.withResolvers<void>();
    this.#watch = navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => {
        told(locationOf(coords, timestamp), false);
        first.resolve();
      },
      ({ code }) => {
        if (code === denied) this.stop();
        told(undefined, code === denied);
        if (code === denied) first.reject(new PhoneError('location-denied', 'expected to be told where the phone is'));
        // Not now: it is told when the phone knows.
        else first.resolve();
      },
      watching,
    );
    await first.promise;
  }

  stop(): void {
    if (this.#watch !== undefined) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = undefined;
  }
}

/** The protocol's largest radius; a browser may say any. */
const mostMetres = 1_000_000;

function locationOf({ latitude, longitude, accuracy }: GeolocationCoordinates, at: number): Location {
  return { latitude, longitude, accuracyMetres: Math.min(Math.max(0, accuracy), mostMetres), at: Math.round(at) };
}
