// The carrier of the Node card: the hospital's device listener, by HTTPS from inside the card.

import type { Bytes } from '@vitalseal/protocol';
import type { CarriedAnswer, HospitalCarrier } from '../delivery/hospital-carrier.ts';
import { retryAfterOf } from '../delivery/retry-after.ts';
import { CardHttps, type CardHttpsOptions } from './card-https.ts';

export class HospitalHttps implements HospitalCarrier {
  readonly #https: CardHttps;

  constructor(options: CardHttpsOptions) {
    this.#https = new CardHttps(options);
  }

  async post(path: string, contentType: string, body: Bytes, signal: AbortSignal): Promise<CarriedAnswer> {
    const answer = await this.#https.post({ path, headers: { 'content-type': contentType }, body }, signal);
    return { status: answer.status, body: answer.body, retryAfterMs: retryAfterOf(answer.headers['retry-after']) };
  }

  close(): void {
    this.#https.close();
  }
}
