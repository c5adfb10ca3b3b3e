// AES-CCM (RFC 3610, NIST SP 800-38C) from WebCrypto's AES-CBC and AES-CTR, for no browser offers CCM. EDHOC needs it
// twice a handshake. The CBC-MAC is the last block of a CBC encryption under a zero IV.

import type { Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { aesCcmNonceLength, requireLength } from './lengths.ts';

const { subtle } = globalThis.crypto;
const block = 16;
// L, the bytes that count the message (RFC 3610 section 2): what the nonce leaves of 15.
const lengthBytes = 15 - aesCcmNonceLength;

const padded = (length: number): number => Math.ceil(length / block) * block;

/** RFC 3610 section 2.2: flags, nonce and length, then the AAD with its length, then the message. */
function macInput(nonce: Bytes, aad: Bytes, message: Bytes, tagLength: number): Bytes {
  if (message.length > 0xffff || aad.length >= 0xff00) {
    throw new ProtocolError('message-too-large', 'expected at most 65535 bytes under AES-CCM');
  }
  const aadLength = aad.length === 0 ? 0 : padded(2 + aad.length);
  const input = new Uint8Array(block + aadLength + padded(message.length));
  input[0] = (aad.length === 0 ? 0 : 0x40) | (((tagLength - 2) / 2) << 3) | (lengthBytes - 1);
  input.set(nonce, 1);
  new DataView(input.buffer).setUint16(14, message.length);
  if (aad.length > 0) {
    new DataView(input.buffer).setUint16(block, aad.length);
    input.set(aad, block + 2);
  }
  input.set(message, block + aadLength);
  return input;
}

async function cbcMac(key: Bytes, input: Bytes): Promise<Bytes> {
  const cbc = await subtle.importKey('raw', key, 'AES-CBC', false, ['encrypt']);
  const blocks = new Uint8Array(await subtle.encrypt({ name: 'AES-CBC', iv: new Uint8Array(block) }, cbc, input));
  // WebCrypto always adds a block of padding behind the one that is the MAC.
  return blocks.slice(-2 * block, -block);
}

/** Section 2.3: block 0 of the key stream masks the tag, the following ones the message. */
async function keyStream(key: Bytes, nonce: Bytes, message: Bytes): Promise<{ tagMask: Bytes; message: Bytes }> {
  const counter = new Uint8Array(block);
  counter[0] = lengthBytes - 1;
  counter.set(nonce, 1);
  const input = new Uint8Array(block + message.length);
  input.set(message, block);
  const ctr = await subtle.importKey('raw', key, 'AES-CTR', false, ['encrypt']);
  const parameters = { name: 'AES-CTR', counter, length: lengthBytes * 8 };
  const output = new Uint8Array(await subtle.encrypt(parameters, ctr, input));
  return { tagMask: output.slice(0, block), message: output.slice(block) };
}

function checkSizes(key: Bytes, nonce: Bytes): void {
  requireLength(key, 16, 'an AES-128 key');
  requireLength(nonce, aesCcmNonceLength, 'a CCM nonce');
}

export async function aesCcmSeal(
  key: Bytes,
  nonce: Bytes,
  aad: Bytes,
  plaintext: Bytes,
  tagLength: 8 | 16,
): Promise<Bytes> {
  checkSizes(key, nonce);
  const mac = await cbcMac(key, macInput(nonce, aad, plaintext, tagLength));
  const { tagMask, message } = await keyStream(key, nonce, plaintext);
  const sealed = new Uint8Array(message.length + tagLength);
  sealed.set(message);
  for (let i = 0; i < tagLength; i++) sealed[message.length + i] = (mac[i] ?? 0) ^ (tagMask[i] ?? 0);
  return sealed;
}

export async function aesCcmOpen(
  key: Bytes,
  nonce: Bytes,
  aad: Bytes,
  ciphertext: Bytes,
  tagLength: 8 | 16,
): Promise<Bytes> {
  checkSizes(key, nonce);
  const end = ciphertext.length - tagLength;
  if (end < 0) throw new ProtocolError('authentication-failed', 'expected a ciphertext with its tag');
  const { tagMask, message } = await keyStream(key, nonce, ciphertext.slice(0, end));
  const mac = await cbcMac(key, macInput(nonce, aad, message, tagLength));
  let difference = 0;
  for (let i = 0; i < tagLength; i++) {
    difference |= (mac[i] ?? 0) ^ (tagMask[i] ?? 0) ^ (ciphertext[end + i] ?? 0);
  }
  if (difference !== 0) throw new ProtocolError('authentication-failed', 'expected a ciphertext of this key');
  return message;
}
