// The phone in a browser: the card in its Worker, the page that carries for it, and the state that screens show.

import type { Phone } from './phone-state.ts';
import { RunningPhone } from './running-phone.ts';

export interface PhoneOptions {
  /** Of the card's database. */
  readonly name?: string;
  /** The app's own address, with a slash at its end. */
  readonly base?: string;
}

/** At once; its state is `opening` until the card is there. */
export function openPhone({ name = 'vitalseal-card', base = import.meta.env.BASE_URL }: PhoneOptions = {}): Phone {
  const phone = new RunningPhone({ name, base });
  phone.start();
  return phone;
}
