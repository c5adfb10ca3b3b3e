import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signDigest } from '../commands/signing.ts';
import { parseAttest } from '../structures/attest.ts';
import { nameOf } from '../structures/name.ts';
import { checkQuote } from '../structures/quote.ts';
import { activateCredential, certify, createAttestationKey, quote } from './attestation-key.ts';
import { readEndorsementKey } from './endorsement-key.ts';
import { spkiOf } from './key-blob.ts';
import { withLoaded } from './loaded.ts';
import { makeCredential } from './make-credential.ts';
import { extendOnce } from './measure.ts';
import { type RootedTpm, startRootedTpm } from './root.fixture.ts';
import { createSigningKey } from './signing-key.ts';

const releaseDigest: Bytes = new Uint8Array(createHash('sha256').update('a release').digest());
const register = 13;
let tpm: RootedTpm;

beforeAll(async () => {
  tpm = await startRootedTpm();
  await tpm.withRoot((root) => extendOnce(root.tpm, register, releaseDigest));
});

afterAll(() => tpm.stop());

function isSignedBy(spki: Bytes, data: Bytes, signature: Bytes): boolean {
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  return verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

test('a quote tells the release that was measured, for the nonce that was asked', async () => {
  const key = await tpm.withRoot((root) => createAttestationKey(root));
  const nonce = new Uint8Array(randomBytes(32));
  const { attest, signature } = await tpm.withRoot((root) => quote(root, key, nonce, [register]));
  expect(isSignedBy(spkiOf(key), attest, signature)).toBe(true);
  const read = await checkQuote(attest, { nonce, register, releaseDigest });
  expect(read.pcrs).toEqual([register]);
  const other = new Uint8Array(32);
  const refusals = [
    [{ nonce: other }, 'tpm-quote-stale'],
    [{ releaseDigest: other }, 'tpm-quote-other-release'],
    [{ register: 12 }, 'tpm-quote-refused'],
  ] as const;
  for (const [wrong, code] of refusals) {
    await expect(checkQuote(attest, { nonce, register, releaseDigest, ...wrong })).rejects.toMatchObject({ code });
  }
});

test('an attestation key signs nothing that comes from outside', async () => {
  const key = await tpm.withRoot((root) => createAttestationKey(root));
  const signing = tpm.withRoot((root) =>
    withLoaded(root, key, (object) => signDigest(root.tpm, object, root.session.authorize(), releaseDigest)),
  );
  await expect(signing).rejects.toMatchObject({ code: 'tpm-refused', rc: 'TPM_RC_TICKET' });
});

test('a credential opens in the TPM and for the key that it was made for, and nowhere else', async () => {
  const key = await tpm.withRoot((root) => createAttestationKey(root));
  const endorsementKey = await tpm.withRoot((root) => readEndorsementKey(root.tpm));
  const secret = new Uint8Array(randomBytes(32));
  const credential = makeCredential(endorsementKey, await nameOf(key.publicPart), secret);
  expect(await tpm.withRoot((root) => activateCredential(root, key, credential))).toEqual(secret);

  const otherKey = await tpm.withRoot((root) => createAttestationKey(root));
  await expect(tpm.withRoot((root) => activateCredential(root, otherKey, credential))).rejects.toMatchObject({
    code: 'tpm-credential-refused',
  });
  const other = await startRootedTpm();
  try {
    const elsewhere = await other.withRoot((root) => createAttestationKey(root));
    const theirs = await other.withRoot((root) => readEndorsementKey(root.tpm));
    expect(equalBytes(theirs, endorsementKey)).toBe(false);
    await expect(other.withRoot((root) => activateCredential(root, elsewhere, credential))).rejects.toMatchObject({
      code: 'tpm-credential-refused',
    });
  } finally {
    await other.stop();
  }
});

test('a key of the hospital is certified to be in the same TPM, by the name of its public area', async () => {
  const key = await tpm.withRoot((root) => createAttestationKey(root));
  const identityKey = await tpm.withRoot((root) => createSigningKey(root));
  const nonce = new Uint8Array(randomBytes(20));
  const { attest, signature } = await tpm.withRoot((root) => certify(root, key, identityKey, nonce));
  expect(isSignedBy(spkiOf(key), attest, signature)).toBe(true);
  expect(parseAttest(attest)).toMatchObject({ kind: 'certify', nonce, name: await nameOf(identityKey.publicPart) });
});
