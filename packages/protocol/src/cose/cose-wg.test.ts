// The COSE working group's examples through the protocol's COSE: what it speaks of them is accepted, the rest refused.

import { describe, expect, it } from 'vitest';
import { type Bytes, bytesToHex, concatBytes, hexToBytes, noBytes } from '../bytes.ts';
import { RecordCipher } from '../channel/record-cipher.ts';
import { ProtocolError } from '../errors.ts';
import { importAesGcmKey, importKeyWrappingKey, importVerifyingKey } from '../primitives/index.ts';
import { decodeCbor } from '../wire/cbor/decode.ts';
import * as examples from './cose-wg.fixture.ts';
import { decrypt } from './encrypt.ts';
import { parseSign1, verifySign1 } from './sign1.ts';
import { encStructure, sigStructure } from './structures.ts';

const hex = (bytes: Bytes): string => bytesToHex(bytes).toUpperCase();

/** The message without the tag that the context gives it here: the protocol knows what it awaits. */
const untagged = (cbor: string): Bytes => hexToBytes(cbor.replace(/^(?:D0|D2|D860)/, ''));

const refusal = (code: string) => ({ name: 'ProtocolError', code });

function base64url(text: string): Bytes {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function spki(key: { readonly x: string; readonly y: string }): Bytes {
  const prefix = hexToBytes('3059301306072a8648ce3d020106082a8648ce3d03010703420004');
  return concatBytes(prefix, base64url(key.x), base64url(key.y));
}

/** Protected header, ciphertext and IV of an example, as they stand in it. */
function taken(cbor: string): { header: Bytes; iv: Bytes; ciphertext: Bytes } {
  const value = decodeCbor(untagged(cbor));
  if (!Array.isArray(value)) throw new RangeError('expected an array');
  const [header, unprotected, ciphertext] = value;
  if (!(header instanceof Uint8Array) || !(ciphertext instanceof Uint8Array)) throw new RangeError('expected bytes');
  const iv = unprotected instanceof Map ? unprotected.get(5) : undefined;
  return { header, ciphertext, iv: iv instanceof Uint8Array ? iv : noBytes };
}

describe('Enc_structure', () => {
  it.each(Object.entries(examples.encrypt0))('of the Encrypt0 example %s is the published one', (_, example) => {
    const { encrypted } = example.input;
    const external = 'external' in encrypted ? hexToBytes(encrypted.external) : noBytes;
    const { header } = taken(example.output.cbor);
    expect(hex(encStructure('Encrypt0', header, external))).toBe(example.intermediates.AAD_hex);
  });

  it.each(Object.entries(examples.encrypt))('of the Encrypt example %s is the published one', (_, example) => {
    const { header } = taken(example.output.cbor);
    expect(hex(encStructure('Encrypt', header, noBytes))).toBe(example.intermediates.AAD_hex);
  });
});

describe('A256GCM', () => {
  const { input, intermediates, output } = examples.encrypt0.gcmEnc3;
  const { iv, ciphertext } = taken(output.cbor);
  const aad = hexToBytes(intermediates.AAD_hex);
  const plaintext = new TextEncoder().encode(input.plaintext);

  it('makes and opens the Encrypt0 example with a key of 256 bits', async () => {
    const key = await importAesGcmKey(hexToBytes(intermediates.CEK_hex));
    expect(await key.seal(iv, aad, plaintext)).toEqual(ciphertext);
    expect(await key.open(iv, aad, ciphertext)).toEqual(plaintext);
  });

  it('makes and opens the Encrypt example with a key of 256 bits', async () => {
    const example = examples.encrypt.gcm3;
    const message = taken(example.output.cbor);
    const key = await importAesGcmKey(hexToBytes(example.intermediates.CEK_hex));
    expect(await key.open(message.iv, hexToBytes(example.intermediates.AAD_hex), message.ciphertext)).toEqual(
      plaintext,
    );
  });

  it('the nonce of a Partial IV is that of the example', async () => {
    const { unsent, unprotected } = examples.encrypt.gcm5.input.enveloped;
    const sequence = Number.parseInt(unprotected.partialIV_hex, 16);
    const iv = hexToBytes(unsent.IV_hex);
    iv.fill(0, 10);
    const cipher = await RecordCipher.open(
      {
        id: new Uint8Array(8),
        step: 1,
        epoch: 0,
        initiator: { role: 'sensor', id: 's' },
        responder: { role: 'patient', id: 'p' },
        initiatorKey: new Uint8Array(32),
        initiatorIv: iv,
        responderKey: new Uint8Array(32),
        responderIv: new Uint8Array(12),
        wrappingKey: new Uint8Array(32),
      },
      'initiator',
    );
    expect(hex(cipher.nonce(sequence))).toBe(unsent.IV_hex);
  });
});

describe('COSE_Encrypt', () => {
  it.each(Object.entries(examples.encrypt))(
    'the example %s, of another algorithm or a shared key, is refused',
    async (_, example) => {
      const recipient = { keyId: noBytes, wrappingKey: await importKeyWrappingKey(new Uint8Array(32)) };
      for (const message of [untagged(example.output.cbor), hexToBytes(example.output.cbor)]) {
        await expect(decrypt(message, noBytes, recipient)).rejects.toMatchObject({
          code: expect.stringMatching(/^(?:envelope-malformed|cbor-unsupported)$/),
        });
      }
    },
  );
});

describe('COSE_Sign1', () => {
  const check = async (name: keyof typeof examples.sign1): Promise<void> => {
    const { input, output } = examples.sign1[name];
    const external = 'external' in input.sign0 ? hexToBytes(input.sign0.external) : noBytes;
    const key = await importVerifyingKey(spki(input.sign0.key));
    await verifySign1(parseSign1(untagged(output.cbor)), external, key);
  };

  it.each(['signPass2', 'signPass3'] as const)('the example %s verifies', async (name) => {
    await expect(check(name)).resolves.toBeUndefined();
  });

  it('the structure to be signed is the published one', () => {
    const { input, intermediates, output } = examples.sign1.signPass2;
    const { protectedHeader, payload } = parseSign1(untagged(output.cbor));
    const external = hexToBytes(input.sign0.external);
    expect(hex(sigStructure(protectedHeader, external, payload))).toBe(intermediates.ToBeSign_hex);
  });

  it('an algorithm that is not under the signature is refused, though COSE allows it', async () => {
    await expect(check('signPass1')).rejects.toMatchObject(refusal('envelope-malformed'));
  });

  it.each([
    ['signFail1', 'cbor-unsupported'],
    ['signFail2', 'envelope-signature-invalid'],
    ['signFail3', 'envelope-malformed'],
    ['signFail4', 'envelope-malformed'],
    ['signFail6', 'envelope-signature-invalid'],
    ['signFail7', 'envelope-signature-invalid'],
  ] as const)('the example %s is refused: %s', async (name, code) => {
    await expect(check(name)).rejects.toMatchObject(refusal(code));
  });

  it('the ES256 example verifies; other curves and hashes are refused', async () => {
    const { sig1, sig2, sig3, sig4 } = examples.ecdsa;
    const key = await importVerifyingKey(spki(sig1.input.sign0.key));
    await expect(verifySign1(parseSign1(untagged(sig1.output.cbor)), noBytes, key)).resolves.toBeUndefined();
    for (const { output } of [sig2, sig3, sig4]) {
      await expect(verifySign1(parseSign1(untagged(output.cbor)), noBytes, key)).rejects.toBeInstanceOf(ProtocolError);
    }
    for (const { input } of [sig2, sig3]) {
      await expect(async () => importVerifyingKey(spki(input.sign0.key))).rejects.toMatchObject(
        refusal('key-malformed'),
      );
    }
  });
});
