// The handshake of a card's administration where the card has no TLS of its own: pattern NNpsk0 of the Noise Protocol
// Framework (revision 34, sections 5 and 9), on this protocol's primitives: P-256 by x-coordinates as in EDHOC, AES-256-GCM,
// SHA-256. It is what psk_dhe_ke is to TLS: both sides prove the pre-shared key, and a key that becomes known later opens
// no session of before, because an ephemeral Diffie-Hellman is mixed in.

import { type Bytes, concatBytes, noBytes } from '../bytes.ts';
import {
  type AeadKey,
  type EphemeralKey,
  generateEphemeralKey,
  hkdfExpand,
  hkdfExtract,
  importAesGcmKey,
  sha256,
} from '../primitives/index.ts';

const keyLength = 32;
const tagLength = 16;
const text = new TextEncoder();
/** 31 characters: filled up with a zero, as section 5.2 has it. */
const protocolName = text.encode('Noise_NNpsk0_P256_AESGCM_SHA256\0') as Bytes;

/** What both sides have when the handshake is done. */
export interface NoiseTransport {
  /** Of the initiator's messages. */
  readonly toResponder: AeadKey;
  readonly toInitiator: AeadKey;
  /** Handshake hash (section 11.2): both sides have it, and no other session has. */
  readonly hash: Bytes;
}

export interface NoiseInitiator {
  readonly message1: Bytes;
  /** @throws ProtocolError `authentication-failed` for whoever has another key @throws ProtocolError `key-malformed` */
  finish(message2: Bytes): Promise<NoiseTransport>;
}

export const noiseMessageLength = keyLength + tagLength;

/** @param psk 32 bytes @param prologue what both sides must agree on beside it */
export async function noiseInitiator(
  psk: Bytes,
  prologue: Bytes,
  ephemeral: () => Promise<EphemeralKey> = async () => generateEphemeralKey(),
): Promise<NoiseInitiator> {
  const state = await SymmetricState.start(prologue);
  const own = await ephemeral();
  await state.mixKeyAndHash(psk);
  await state.mixEphemeral(own.publicX);
  const message1 = concatBytes(own.publicX, await state.seal());
  return {
    message1,
    async finish(message2) {
      const peer = message2.slice(0, keyLength);
      await state.mixEphemeral(peer);
      await state.mixKey(await own.agree(peer));
      await state.open(message2.slice(keyLength));
      return await state.split();
    },
  };
}

/**
 * @throws ProtocolError `authentication-failed` for whoever has another key @throws ProtocolError `key-malformed`
 * @returns message 2 with the keys
 */
export async function noiseResponder(
  psk: Bytes,
  prologue: Bytes,
  message1: Bytes,
  ephemeral: () => Promise<EphemeralKey> = async () => generateEphemeralKey(),
): Promise<NoiseTransport & { readonly message2: Bytes }> {
  const state = await SymmetricState.start(prologue);
  await state.mixKeyAndHash(psk);
  const peer = message1.slice(0, keyLength);
  await state.mixEphemeral(peer);
  await state.open(message1.slice(keyLength));
  const own = await ephemeral();
  await state.mixEphemeral(own.publicX);
  await state.mixKey(await own.agree(peer));
  const message2 = concatBytes(own.publicX, await state.seal());
  return { ...(await state.split()), message2 };
}

/** Noise's nonce for AESGCM (section 12.4): 32 zero bits and the counter, big-endian. */
export function noiseNonce(counter: number): Bytes {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(4, BigInt(counter));
  return nonce;
}

/** Section 5.2; payloads of the handshake are empty. */
class SymmetricState {
  #chainingKey: Bytes;
  #hash: Bytes;
  #key: Bytes = noBytes;
  #counter = 0;

  private constructor(name: Bytes) {
    this.#chainingKey = name;
    this.#hash = name;
  }

  static async start(prologue: Bytes): Promise<SymmetricState> {
    const state = new SymmetricState(protocolName);
    await state.#mixHash(prologue);
    return state;
  }

  async mixKey(input: Bytes): Promise<void> {
    const [chainingKey, key] = await this.#derive(input, 2);
    this.#chainingKey = chainingKey;
    this.#use(key);
  }

  async mixKeyAndHash(input: Bytes): Promise<void> {
    const [chainingKey, hash, key] = await this.#derive(input, 3);
    this.#chainingKey = chainingKey;
    await this.#mixHash(hash);
    this.#use(key);
  }

  /** With a pre-shared key an ephemeral is mixed into the key as well (section 9.2). */
  async mixEphemeral(publicX: Bytes): Promise<void> {
    await this.#mixHash(publicX);
    await this.mixKey(publicX);
  }

  async seal(): Promise<Bytes> {
    const key = await importAesGcmKey(this.#key);
    const sealed = await key.seal(noiseNonce(this.#counter), this.#hash, noBytes);
    this.#counter += 1;
    await this.#mixHash(sealed);
    return sealed;
  }

  async open(sealed: Bytes): Promise<void> {
    const key = await importAesGcmKey(this.#key);
    await key.open(noiseNonce(this.#counter), this.#hash, sealed);
    this.#counter += 1;
    await this.#mixHash(sealed);
  }

  async split(): Promise<NoiseTransport> {
    const [first, second] = await this.#derive(noBytes, 2);
    return {
      toResponder: await importAesGcmKey(first),
      toInitiator: await importAesGcmKey(second),
      hash: this.#hash,
    };
  }

  #use(key: Bytes): void {
    this.#key = key;
    this.#counter = 0;
  }

  async #mixHash(data: Bytes): Promise<void> {
    this.#hash = await sha256(concatBytes(this.#hash, data));
  }

  /** Noise's HKDF (section 4.3) is RFC 5869's with the chaining key as salt and no info. */
  async #derive(input: Bytes, count: 2 | 3): Promise<[Bytes, Bytes, Bytes]> {
    const all = await hkdfExpand(await hkdfExtract(this.#chainingKey, input), noBytes, count * keyLength);
    const part = (n: number) => all.slice(n * keyLength, (n + 1) * keyLength);
    return [part(0), part(1), part(2)];
  }
}
