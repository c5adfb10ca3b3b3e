// What the delivery needs of the layers below it: a POST to the hospital and its answer. In the Node card it is HTTPS of
// the card's own over BIP; in a browser's Worker the page carries it.

import type { Bytes } from '@vitalseal/protocol';

export interface CarriedAnswer {
  readonly status: number;
  readonly body: Bytes;
  /** What the hospital asks to wait; 0 if it does not. */
  readonly retryAfterMs: number;
}

export interface HospitalCarrier {
  /** @throws SecureElementError `hospital-unreachable`, `hospital-untrusted` */
  post(path: string, contentType: string, body: Bytes, signal: AbortSignal): Promise<CarriedAnswer>;
}
