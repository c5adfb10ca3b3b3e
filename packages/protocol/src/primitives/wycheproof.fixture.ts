// Project Wycheproof's vectors through one side of the primitives. Each fact collects the numbers of the vectors that
// contradict it, so that a failure names them all.

import { describe, expect, it } from 'vitest';
import ccmFile from '../../../../tests/vectors/wycheproof/aes_ccm_test.json' with { type: 'json' };
import gcmFile from '../../../../tests/vectors/wycheproof/aes_gcm_test.json' with { type: 'json' };
import wrapFile from '../../../../tests/vectors/wycheproof/aes_wrap_test.json' with { type: 'json' };
import ecdhFile from '../../../../tests/vectors/wycheproof/ecdh_secp256r1_webcrypto_test.json' with { type: 'json' };
import ecdsaFile from '../../../../tests/vectors/wycheproof/ecdsa_secp256r1_sha256_p1363_test.json' with {
  type: 'json',
};
import hkdfFile from '../../../../tests/vectors/wycheproof/hkdf_sha256_test.json' with { type: 'json' };
import { type Awaitable, type Bytes, bytesToHex, concatBytes, hexToBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import type { Primitives } from './primitives.ts';

/** The bytes in hex, or the code that was thrown. */
async function verdict(action: () => Awaitable<Bytes>): Promise<string> {
  try {
    return bytesToHex(await action());
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

function base64url(text: string): Bytes {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export function holdsWycheproof(primitives: Primitives): void {
  const { importAesGcmKey, importKeyWrappingKey, importVerifyingKey, ephemeralKeyFromPrivate } = primitives;

  describe('AES-256-GCM', () => {
    const wrong: number[] = [];
    let checked = 0;
    const groups = gcmFile.testGroups.filter((group) => group.keySize === 256);

    it('seals and opens each vector with a nonce of 96 bits, refuses each invalid tag', async () => {
      for (const test of groups.filter((group) => group.ivSize === 96).flatMap((group) => group.tests)) {
        const key = await importAesGcmKey(hexToBytes(test.key));
        const [nonce, aad, message] = [hexToBytes(test.iv), hexToBytes(test.aad), hexToBytes(test.msg)];
        const sealed = test.ct + test.tag;
        const opened = await verdict(() => key.open(nonce, aad, hexToBytes(sealed)));
        const valid = test.result === 'valid';
        if (opened !== (valid ? test.msg : 'authentication-failed')) wrong.push(test.tcId);
        if (valid && (await verdict(() => key.seal(nonce, aad, message))) !== sealed) wrong.push(test.tcId);
        checked++;
      }
      expect({ wrong, checked }).toEqual({ wrong: [], checked: 66 });
    });

    it('refuses a nonce of any other size', async () => {
      const key = await importAesGcmKey(new Uint8Array(32));
      for (const { tests } of groups.filter((group) => group.ivSize !== 96)) {
        const nonce = hexToBytes(tests[0]?.iv ?? '');
        expect(await verdict(() => key.seal(nonce, nonce, nonce))).toBe('key-malformed');
        expect(await verdict(() => key.open(nonce, nonce, new Uint8Array(16)))).toBe('key-malformed');
      }
    });

    it('refuses keys of 128 and 192 bits', async () => {
      for (const length of [0, 16, 24, 31, 33]) {
        await expect(async () => importAesGcmKey(new Uint8Array(length))).rejects.toMatchObject({
          code: 'key-malformed',
        });
      }
    });
  });

  it('AES-128-CCM: a nonce of 104 bits, tags of 128 bits', async () => {
    const wrong: number[] = [];
    const groups = ccmFile.testGroups.filter((group) => group.keySize === 128 && group.ivSize === 104);
    const tests = groups.flatMap((group) => group.tests);
    for (const test of tests) {
      const [key, nonce] = [hexToBytes(test.key), hexToBytes(test.iv)];
      const [aad, message] = [hexToBytes(test.aad), hexToBytes(test.msg)];
      const sealed = test.ct + test.tag;
      if (test.result !== 'valid') wrong.push(test.tcId);
      const made = await verdict(() => primitives.aesCcmSeal(key, nonce, aad, message, 16));
      const opened = await verdict(() => primitives.aesCcmOpen(key, nonce, aad, hexToBytes(sealed), 16));
      if (made !== sealed || opened !== test.msg) wrong.push(test.tcId);
      const forged = hexToBytes(sealed);
      forged[0] = (forged[0] ?? 0) ^ 1;
      const refused = await verdict(() => primitives.aesCcmOpen(key, nonce, aad, forged, 16));
      if (refused !== 'authentication-failed') wrong.push(test.tcId);
    }
    expect({ wrong, checked: tests.length }).toEqual({ wrong: [], checked: 6 });
  });

  it('AES-256 key wrap: each valid key is wrapped and unwrapped, each invalid one refused', async () => {
    const wrong: number[] = [];
    const tests = wrapFile.testGroups.filter((group) => group.keySize === 256).flatMap((group) => group.tests);
    for (const test of tests) {
      const key = await importKeyWrappingKey(hexToBytes(test.key));
      const unwrapped = await verdict(() => key.unwrap(hexToBytes(test.ct)));
      if (unwrapped !== (test.result === 'valid' ? test.msg : 'authentication-failed')) wrong.push(test.tcId);
      if (test.result === 'invalid' && test.ct !== '') continue;
      const wrapped = await verdict(() => key.wrap(hexToBytes(test.msg)));
      // "acceptable" are keys of one block, which RFC 3394 does not wrap; where there is no result, the key's size is wrong.
      if (wrapped !== (test.result === 'valid' ? test.ct : 'key-malformed')) wrong.push(test.tcId);
    }
    expect({ wrong, checked: tests.length }).toEqual({ wrong: [], checked: 68 });
  });

  describe('ECDH on P-256 with x-coordinates alone', () => {
    const tests = ecdhFile.testGroups.flatMap((group) => group.tests);

    it('agrees on the shared secret of each valid vector', async () => {
      const wrong: number[] = [];
      const valid = tests.filter((test) => test.result === 'valid');
      for (const test of valid) {
        const own = await ephemeralKeyFromPrivate(base64url(test.private.d));
        if (bytesToHex(own.publicX) !== bytesToHex(base64url(test.private.x))) wrong.push(test.tcId);
        const shared = await verdict(() => own.agree(base64url(test.public.x)));
        if (shared !== test.shared) wrong.push(test.tcId);
      }
      expect({ wrong, checked: valid.length }).toEqual({ wrong: [], checked: 330 });
    });

    it('an x-coordinate of an invalid vector gives a secret of P-256 or is refused, the same on every side', async () => {
      const verdicts: Record<number, string> = {};
      for (const test of tests.filter((one) => one.result === 'invalid')) {
        const x = base64url(test.public.x);
        const own = await ephemeralKeyFromPrivate(base64url(test.private.d));
        const shared = await verdict(() => own.agree(x));
        verdicts[test.tcId] = shared.slice(0, 13);
      }
      expect(verdicts).toMatchInlineSnapshot(`
        {
          "331": "52a642bc76e72",
          "332": "52a642bc76e72",
          "333": "52a642bc76e72",
          "334": "52a642bc76e72",
          "335": "key-malformed",
          "336": "key-malformed",
          "337": "key-malformed",
          "338": "key-malformed",
          "339": "key-malformed",
          "340": "key-malformed",
          "341": "key-malformed",
          "342": "key-malformed",
          "343": "key-malformed",
          "344": "key-malformed",
          "345": "key-malformed",
          "346": "key-malformed",
          "347": "key-malformed",
          "348": "d003f5cc83852",
          "349": "740d1943eb6d4",
          "350": "key-malformed",
          "351": "key-malformed",
          "352": "key-malformed",
          "353": "key-malformed",
        }
      `);
    });

    it('refuses a scalar that is zero or the order of the group', async () => {
      const order = hexToBytes('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
      for (const scalar of [new Uint8Array(32), order, new Uint8Array(31)]) {
        await expect(async () => ephemeralKeyFromPrivate(scalar)).rejects.toMatchObject({ code: 'key-malformed' });
      }
    });
  });

  it('ECDSA on P-256: each valid signature verifies, each invalid one does not', async () => {
    const wrong: number[] = [];
    let checked = 0;
    for (const group of ecdsaFile.testGroups) {
      const key = await importVerifyingKey(hexToBytes(group.publicKeyDer));
      for (const test of group.tests) {
        const verified = await key.verify(hexToBytes(test.msg), hexToBytes(test.sig));
        if (verified !== (test.result === 'valid')) wrong.push(test.tcId);
        checked++;
      }
    }
    expect({ wrong, checked }).toEqual({ wrong: [], checked: 262 });
  });

  it('HKDF with SHA-256: extract and expand give each output key, or refuse its size', async () => {
    const wrong: number[] = [];
    const tests = hkdfFile.testGroups.flatMap((group) => group.tests);
    for (const test of tests) {
      const prk = await primitives.hkdfExtract(hexToBytes(test.salt), hexToBytes(test.ikm));
      try {
        const okm = await primitives.hkdfExpand(prk, hexToBytes(test.info), test.size);
        if (bytesToHex(okm) !== test.okm) wrong.push(test.tcId);
      } catch (error) {
        if (test.result === 'valid' || !(error instanceof RangeError)) wrong.push(test.tcId);
      }
    }
    expect({ wrong, checked: tests.length }).toEqual({ wrong: [], checked: 86 });
  });

  it('a changed byte anywhere fails the tag', async () => {
    const key = await importAesGcmKey(primitives.randomBytes(32));
    const nonce = primitives.randomBytes(12);
    const sealed = await key.seal(nonce, nonce, nonce);
    expect(await verdict(() => key.open(nonce, nonce, sealed))).toBe(bytesToHex(nonce));
    for (let i = 0; i < sealed.length; i++) {
      const forged = sealed.slice();
      forged[i] = (forged[i] ?? 0) ^ 0x80;
      expect(await verdict(() => key.open(nonce, nonce, forged))).toBe('authentication-failed');
    }
    expect(await verdict(() => key.open(nonce, concatBytes(nonce, nonce), sealed))).toBe('authentication-failed');
    expect(await verdict(() => key.open(nonce, nonce, sealed.slice(0, 15)))).toBe('authentication-failed');
  });
}
