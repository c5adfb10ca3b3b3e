// Cipher suites of the traces that the product does not speak.

import { type Bytes, bytesToHex, concatBytes, hexToBytes } from '../../bytes.ts';
import { ProtocolError } from '../../errors.ts';
import { type EphemeralKey, generateEphemeralKey, type VerifyingKey } from '../../primitives/index.ts';
import type { CipherSuite } from '../cipher-suite.ts';

const { subtle } = globalThis.crypto;

// PKCS #8 of RFC 8410, up to the private key.
const x25519Prefix = hexToBytes('302e020100300506032b656e04220420');
const ed25519Prefix = hexToBytes('302e020100300506032b657004220420');

export async function x25519Key(privateKey: Bytes): Promise<EphemeralKey> {
  const own = await subtle.importKey('pkcs8', concatBytes(x25519Prefix, privateKey), 'X25519', true, ['deriveBits']);
  return {
    publicX: fromBase64Url((await subtle.exportKey('jwk', own)).x ?? ''),
    async agree(peerX) {
      try {
        const peer = await subtle.importKey('raw', peerX, 'X25519', false, []);
        // WebCrypto refuses the all-zero result of a point of low order, as RFC 9528 section 9.2 asks.
        return new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: peer }, own, 256));
      } catch (cause) {
        throw new ProtocolError('key-malformed', 'expected a public key of X25519', { cause });
      }
    },
  };
}

/** AES-CCM-16-64-128, SHA-256, X25519, EdDSA. */
export const suite0: CipherSuite = {
  id: 0,
  tagLength: 8,
  macLength: 8,
  generateKey: () => x25519Key(globalThis.crypto.getRandomValues(new Uint8Array(32))),
};

/** AES-CCM-16-64-128, SHA-256, P-256, ES256. */
export const suite2: CipherSuite = { id: 2, tagLength: 8, macLength: 8, generateKey: generateEphemeralKey };

export function ed25519Signer(privateKey: Bytes): (toBeSigned: Bytes) => Promise<Bytes> {
  return async (toBeSigned) => {
    const key = await subtle.importKey('pkcs8', concatBytes(ed25519Prefix, privateKey), 'Ed25519', false, ['sign']);
    return new Uint8Array(await subtle.sign('Ed25519', key, toBeSigned));
  };
}

export function ed25519Verifier(publicKey: Bytes): VerifyingKey {
  return {
    async verify(data, signature) {
      const key = await subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
      return subtle.verify('Ed25519', key, signature, data);
    },
  };
}

function fromBase64Url(text: string): Bytes {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return hexToBytes(bytesToHex(Uint8Array.from(binary, (character) => character.charCodeAt(0))));
}
