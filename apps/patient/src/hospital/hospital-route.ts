// Keeps the card told where the hospital is, and the phone's sockets open for that one host: looked up when the gateway
// starts, and again while the hospital cannot be reached.

import { type HospitalAddress, type HospitalName, lookUp } from './hospital-address.ts';

export interface HospitalRouteOptions {
  readonly hospital: HospitalName;
  readonly found: (address: HospitalAddress) => void;
  readonly lookUpAgainAfterMs?: number;
}

export class HospitalRoute {
  readonly #options: HospitalRouteOptions;
  #address: HospitalAddress | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(options: HospitalRouteOptions) {
    this.#options = options;
  }

  get address(): HospitalAddress | undefined {
    return this.#address;
  }

  /** A name that cannot be looked up now is looked up later: sensors are served meanwhile. */
  find(): Promise<void> {
    this.#looking ??= this.#find().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** @param reached whether the hospital answers, as far as is known */
  heed(reached: boolean): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (!reached) this.#timer = setInterval(() => void this.find(), this.#options.lookUpAgainAfterMs ?? 10_000);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #find(): Promise<void> {
    const { hospital, found } = this.#options;
    const address = await lookUp(hospital).catch(() => undefined);
    if (!address || address.text === this.#address?.text) return;
    this.#address = address;
    found(address);
  }
}
