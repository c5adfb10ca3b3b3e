// Why an attempt did not end with every record of the batch in the hospital's store.

import { SecureElementError } from '../errors.ts';
import type { CarriedAnswer } from './hospital-carrier.ts';

/** The hospital could not take some of the records; they stay in the outbox. */
export class Postponed extends Error {
  readonly code: string;

  constructor(code: string) {
    super('expected the hospital to take every record of the batch');
    this.code = code;
  }
}

/** The hospital took the request, and said nothing of any record in it. */
export class NothingAnswered extends SecureElementError {
  constructor() {
    super('hospital-refused', 'expected the hospital to say what became of the records');
  }
}

/** The hospital, or what stands in front of it, did not take the request. */
export class NotTaken extends SecureElementError {
  readonly retryAfterMs: number;

  constructor({ status, retryAfterMs }: CarriedAnswer) {
    const busy = status === 503 || status === 429;
    super(
      busy ? 'hospital-busy' : 'hospital-refused',
      busy ? 'expected the hospital to take records now' : `expected the hospital to take the request, not ${status}`,
    );
    this.retryAfterMs = retryAfterMs;
  }
}
