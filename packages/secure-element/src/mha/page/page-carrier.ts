// The way to the hospital where the card has none of its own: in a browser a Worker can open no TCP connection, so the
// page takes the sealed request out of the card, posts it by its own HTTPS, and brings the answer. What that drops is TLS
// in the card; what the page carries is sealed all the same.

import type { Bytes, Location } from '@vitalseal/protocol';
import type { CarriedAnswer, HospitalCarrier } from '../../delivery/hospital-carrier.ts';
import { SecureElementError } from '../../errors.ts';
import type { PageAnswer, PageRequest } from '../bodies/page-request.ts';

interface Waiting {
  readonly request: PageRequest;
  readonly answered: PromiseWithResolvers<CarriedAnswer>;
}

export class PageCarrier implements HospitalCarrier {
  /** Where the page last said it is: there is no toolkit that the card could ask by. */
  place: Location | undefined;
  readonly #asked: () => void;
  #waiting: Waiting | undefined;
  #number = 0;

  /** @param asked told when there is a request to take */
  constructor(asked: () => void = () => {}) {
    this.#asked = asked;
  }

  /** Ends when the page gives the answer; a page that went away takes the request again when it is back. */
  async post(path: string, contentType: string, body: Bytes, signal: AbortSignal): Promise<CarriedAnswer> {
    this.#number += 1;
    const answered = Promise.withResolvers<CarriedAnswer>();
    const waiting = { request: { number: this.#number, path, contentType, body }, answered };
    this.#waiting = waiting;
    const stop = () => answered.reject(unreachable());
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    else this.#asked();
    try {
      return await answered.promise;
    } finally {
      signal.removeEventListener('abort', stop);
      if (this.#waiting === waiting) this.#waiting = undefined;
    }
  }

  /** The request that waits, again and again until it is answered. */
  next(): PageRequest | undefined {
    return this.#waiting?.request;
  }

  /** @throws SecureElementError `answer-malformed` for an answer to another request than the one that waits */
  give({ number, answer }: PageAnswer): void {
    if (this.#waiting?.request.number !== number) {
      throw new SecureElementError('answer-malformed', 'expected the answer to the request that waits');
    }
    const { answered } = this.#waiting;
    this.#waiting = undefined;
    if (answer) answered.resolve(answer);
    else answered.reject(unreachable());
  }
}

function unreachable(): SecureElementError {
  return new SecureElementError('hospital-unreachable', 'expected the page to bring an answer');
}
