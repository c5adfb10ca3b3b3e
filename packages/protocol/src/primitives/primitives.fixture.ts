// What holds of a side of the primitives, and of two sides with each other.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import wrap1 from '../../../../tests/vectors/cose/aes-wrap-examples/aes-wrap-256-01.json' with { type: 'json' };
import wrap2 from '../../../../tests/vectors/cose/aes-wrap-examples/aes-wrap-256-02.json' with { type: 'json' };
import wrap3 from '../../../../tests/vectors/cose/aes-wrap-examples/aes-wrap-256-03.json' with { type: 'json' };
import wrap4 from '../../../../tests/vectors/cose/aes-wrap-examples/aes-wrap-256-04.json' with { type: 'json' };
import wrap5 from '../../../../tests/vectors/cose/aes-wrap-examples/aes-wrap-256-05.json' with { type: 'json' };
import c41 from '../../../../tests/vectors/cose/rfc8152/Appendix_C_4_1.json' with { type: 'json' };
import { type Bytes, bytesToHex, hexToBytes } from '../bytes.ts';
import type { Primitives } from './primitives.ts';

const octets = (minLength: number, maxLength = minLength): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength, maxLength }).map((array) => new Uint8Array(array));

const spkiPrefix = '3059301306072a8648ce3d020106082a8648ce3d030107034200';
// The point of sign1-tests and its like on secp256k1.
const onP256 =
  '04bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e';

export function holdsProperties(primitives: Primitives): void {
  it('SHA-256 of "abc" is that of FIPS 180-4', async () => {
    const digest = await primitives.sha256(new TextEncoder().encode('abc'));
    expect(bytesToHex(digest)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('PBKDF2 with HMAC-SHA-256 gives the first 32 bytes of RFC 7914, section 11', async () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    expect(bytesToHex(await primitives.pbkdf2(bytes('passwd'), bytes('salt'), 1))).toBe(
      '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc',
    );
    expect(bytesToHex(await primitives.pbkdf2(bytes('Password'), bytes('NaCl'), 80_000))).toBe(
      '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56',
    );
  });

  it('AES-128-CCM with a tag of 64 bits makes the ciphertext of RFC 8152, C.4.1', async () => {
    const [, iv = '', ciphertext = ''] = /5: h'([0-9A-F]+)'\}, h'([0-9A-F]+)'/.exec(c41.output.cbor_diag) ?? [];
    const key = hexToBytes(c41.intermediates.CEK_hex);
    const aad = hexToBytes(c41.intermediates.AAD_hex);
    const plaintext = new TextEncoder().encode(c41.input.plaintext);
    const sealed = await primitives.aesCcmSeal(key, hexToBytes(iv), aad, plaintext, 8);
    expect(bytesToHex(sealed).toUpperCase()).toBe(ciphertext);
    expect(await primitives.aesCcmOpen(key, hexToBytes(iv), aad, sealed, 8)).toEqual(plaintext);
  });

  it('A256KW wraps the keys of the COSE examples', async () => {
    for (const { input, intermediates, output } of [wrap1, wrap2, wrap3, wrap4, wrap5]) {
      const [recipient] = ('mac' in input ? input.mac : input.enveloped).recipients;
      const binary = atob((recipient?.key.k ?? '').replaceAll('-', '+').replaceAll('_', '/'));
      const key = await primitives.importKeyWrappingKey(Uint8Array.from(binary, (one) => one.charCodeAt(0)));
      const [, wrapped = ''] = /h'([0-9A-F]+)'\]\]\]\)$/.exec(output.cbor_diag) ?? [];
      expect(bytesToHex(await key.wrap(hexToBytes(intermediates.CEK_hex))).toUpperCase()).toBe(wrapped);
      expect(bytesToHex(await key.unwrap(hexToBytes(wrapped))).toUpperCase()).toBe(intermediates.CEK_hex);
    }
  });

  it('what a side returns is plain bytes, whose slice is a copy', async () => {
    const key = await primitives.importAesGcmKey(primitives.randomBytes(32));
    const nonce = primitives.randomBytes(12);
    const sealed = await key.seal(nonce, nonce, nonce);
    for (const bytes of [sealed, await key.open(nonce, nonce, sealed), await primitives.sha256(nonce), nonce]) {
      expect(bytes.constructor).toBe(Uint8Array);
    }
  });

  it('arguments are read before the call returns', async () => {
    const key = await primitives.importAesGcmKey(primitives.randomBytes(32));
    const nonce = new Uint8Array(12);
    const aad = new Uint8Array(20);
    const sealed: Promise<Bytes>[] = [];
    for (let i = 0; i < 50; i++) {
      nonce[11] = i;
      aad[19] = i;
      sealed.push(Promise.resolve(key.seal(nonce, aad, Uint8Array.of(i))));
    }
    const opened: Promise<Bytes>[] = [];
    for (const [i, bytes] of (await Promise.all(sealed)).entries()) {
      nonce[11] = i;
      aad[19] = i;
      opened.push(Promise.resolve(key.open(nonce, aad, bytes)));
    }
    expect((await Promise.all(opened)).map((plaintext) => plaintext[0])).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
  });

  it('a verifying key must be a point of P-256 in a SubjectPublicKeyInfo', async () => {
    await expect(primitives.importVerifyingKey(hexToBytes(spkiPrefix + onP256))).toBeTruthy();
    const spkiOfK1 = `3056301006072a8648ce3d020106052b8104000a034200${onP256}`;
    const offCurve = `${spkiPrefix}${onP256.slice(0, -2)}7f`;
    for (const spki of ['', '00', spkiPrefix, spkiOfK1, offCurve]) {
      await expect(async () => primitives.importVerifyingKey(hexToBytes(spki))).rejects.toMatchObject({
        code: 'key-malformed',
      });
    }
  });

  it('constantTimeEqual is equality', () => {
    fc.assert(
      fc.property(octets(0, 40), octets(0, 40), (a, b) => {
        expect(primitives.constantTimeEqual(a, a.slice())).toBe(true);
        expect(primitives.constantTimeEqual(a, b)).toBe(bytesToHex(a) === bytesToHex(b));
      }),
      { seed: 1 },
    );
  });
}

export function agreesWith(one: Primitives, other: Primitives): void {
  it('one opens, unwraps and verifies what the other made', async () => {
    await fc.assert(
      fc.asyncProperty(octets(32), octets(12), octets(0, 60), octets(0, 300), async (key, nonce, aad, data) => {
        const sealed = await (await one.importAesGcmKey(key)).seal(nonce, aad, data);
        expect(await (await other.importAesGcmKey(key)).open(nonce, aad, sealed)).toEqual(data);
        const wrapped = await (await one.importKeyWrappingKey(key)).wrap(key);
        expect(await (await other.importKeyWrappingKey(key)).unwrap(wrapped)).toEqual(key);
        for (const tagLength of [8, 16] as const) {
          const [ccmKey, ccmNonce] = [key.slice(0, 16), key.slice(0, 13)];
          const ccm = await one.aesCcmSeal(ccmKey, ccmNonce, aad, data, tagLength);
          expect(await other.aesCcmOpen(ccmKey, ccmNonce, aad, ccm, tagLength)).toEqual(data);
        }
        const prk = await one.hkdfExtract(aad, data);
        expect(await other.hkdfExtract(aad, data)).toEqual(prk);
        expect(await other.hkdfExpand(prk, aad, 77)).toEqual(await one.hkdfExpand(prk, aad, 77));
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  it('two ephemeral keys give one secret', async () => {
    for (let i = 0; i < 20; i++) {
      const [a, b] = [await one.generateEphemeralKey(), await other.generateEphemeralKey()];
      expect(await a.agree(b.publicX)).toEqual(await b.agree(a.publicX));
    }
  });
}
