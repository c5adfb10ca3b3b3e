/** A message that several feeds may send: encoded once, for the first that needs it. */
import {
  type Bytes,
  encodeHospitalToDoctor,
  encodeHospitalToOffice,
  type HospitalToDoctor,
  type HospitalToOffice,
} from '@vitalseal/protocol';

export class FeedMessage {
  readonly #encode: () => Bytes;
  #encoded: Bytes | undefined;

  constructor(encode: () => Bytes) {
    this.#encode = encode;
  }

  get bytes(): Bytes {
    this.#encoded ??= this.#encode();
    return this.#encoded;
  }
}

/** What both codecs have is the same in both. */
export function messageOf(message: HospitalToDoctor): FeedMessage {
  return new FeedMessage(() => encodeHospitalToDoctor(message));
}

export function officeMessageOf(message: HospitalToOffice): FeedMessage {
  return new FeedMessage(() => encodeHospitalToOffice(message));
}
