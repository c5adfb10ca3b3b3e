// One direction of a channel: what GCM authenticates beside the payload, and under which nonce, for a given counter.
// Both are written into the bytes of the record before, good until the next call: an AeadKey reads its arguments before
// it returns.

import { type Bytes, concatBytes, noBytes } from '../bytes.ts';
import { type AeadKey, importAesGcmKey } from '../primitives/index.ts';
import { encodeCbor } from '../wire/cbor/encode.ts';
import { externalAad } from './external-aad.ts';
import { maxPartialIvLength, partialIvLength, recordHeader, writePartialIv } from './record.ts';
import type { ChannelSecrets, Side } from './secrets.ts';

// An Enc_structure (RFC 9052 section 5.3) is an array of three that begins with its context.
const structureFront = concatBytes(Uint8Array.of(0x83), encodeCbor('Encrypt0'));

export class RecordCipher {
  readonly key: AeadKey;
  readonly #channel: Bytes;
  readonly #iv: Bytes;
  readonly #nonce: Bytes;
  readonly #externalAad: Bytes;
  #structure: Bytes = noBytes;
  #partialIvEnd = 0;
  #partialIvLength = 0;

  private constructor(key: AeadKey, secrets: ChannelSecrets, sender: Side) {
    this.key = key;
    this.#channel = secrets.id;
    this.#iv = sender === 'initiator' ? secrets.initiatorIv : secrets.responderIv;
    this.#nonce = this.#iv.slice();
    this.#externalAad = encodeCbor(externalAad(secrets, sender));
  }

  static async open(secrets: ChannelSecrets, sender: Side): Promise<RecordCipher> {
    const raw = sender === 'initiator' ? secrets.initiatorKey : secrets.responderKey;
    return new RecordCipher(await importAesGcmKey(raw), secrets, sender);
  }

  /** IV xor the Partial IV padded on the left (RFC 9052 section 3.1): unique while the counter never goes back. */
  nonce(sequence: number): Bytes {
    const nonce = this.#nonce;
    let rest = sequence;
    for (let i = nonce.length - 1; i >= nonce.length - maxPartialIvLength; i--) {
      nonce[i] = (this.#iv[i] ?? 0) ^ (rest % 256);
      rest = Math.floor(rest / 256);
    }
    return nonce;
  }

  /** The Enc_structure: the records of a direction differ in it by the Partial IV alone. */
  aad(sequence: number): Bytes {
    const length = partialIvLength(sequence);
    if (length !== this.#partialIvLength) {
      const front = concatBytes(structureFront, recordHeader(this.#channel, sequence));
      this.#structure = concatBytes(front, this.#externalAad);
      this.#partialIvEnd = front.length;
      this.#partialIvLength = length;
    }
    writePartialIv(this.#structure, this.#partialIvEnd, sequence);
    return this.#structure;
  }
}
