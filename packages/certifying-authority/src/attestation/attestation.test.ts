// Attestation of releases: what the authority vouches for is known as such, and nothing else is.
import { type Bytes, sha256, sign1 } from '@vitalseal/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../authority/authority.ts';
import { memoryStore } from '../authority/memory-store.ts';
import { day, type Hierarchy, makeHierarchy, now, validity } from '../certificate/hierarchy.fixture.ts';
import { issueReleaseSigner } from '../certificate/issue.ts';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { expectRefusal } from '../expect-refusal.fixture.ts';
import { exportPublicKey, generateKeyPair, signEs256 } from '../key/key-pair.ts';
import { readCrl } from '../revocation-list/read-crl.ts';
import { attestationContext, signAttestation } from './attestation.ts';
import { releaseOf } from './manifest.ts';
import { type Release, releaseNumber } from './release.ts';
import { verifyAttestation } from './verify-attestation.ts';

const hash = new Uint8Array(32).fill(7);
const files = [
  { path: 'package.json', hash },
  { path: 'apps/patient/src/index.ts', hash },
];

async function release(version = '1.4.0'): Promise<Release> {
  return releaseOf({ name: 'vitalseal', version, files });
}

describe('a release', () => {
  it('has the same digest in whatever order its files are listed', async () => {
    const other = await releaseOf({ name: 'vitalseal', version: '1.4.0', files: files.toReversed() });
    expect(other).toEqual(await release());
  });

  it('has another digest for any other name, version, path or content', async () => {
    const changed = [
      { path: 'package.json', hash: new Uint8Array(32) },
      { path: 'apps/patient/src/index.ts', hash },
    ];
    const digests = [
      await release(),
      await release('1.4.1'),
      await releaseOf({ name: 'other', version: '1.4.0', files }),
      await releaseOf({ name: 'vitalseal', version: '1.4.0', files: changed }),
      await releaseOf({ name: 'vitalseal', version: '1.4.0', files: files.slice(1) }),
    ].map(({ digest }) => digest.join());
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('has a version that is a number of 32 bits, in the order of versions', () => {
    const numbers = ['0.0.1', '0.1.0', '0.1.10', '0.2.0', '1.0.0', '255.255.65535'].map(releaseNumber);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(numbers.at(-1)).toBe(2 ** 32 - 1);
    for (const wrong of ['', '1', '1.0', '1.0.0.0', '01.0.0', '256.0.0', '1.0.65536', '1.0.0-rc1', ' 1.0.0']) {
      expect(() => releaseNumber(wrong), wrong).toThrow(expect.objectContaining({ code: 'release-malformed' }));
    }
  });

  it('has no file twice, and not none', async () => {
    await expectRefusal(releaseOf({ name: 'vitalseal', version: '1.0.0', files: [] }), 'release-malformed');
    const twice = [...files, ...files];
    await expectRefusal(releaseOf({ name: 'vitalseal', version: '1.0.0', files: twice }), 'release-malformed');
  });
});

describe('the authority', () => {
  let authority: Authority;
  beforeAll(async () => {
    authority = await Authority.init({ store: memoryStore(), now: () => now });
  });
  const verify = (attestation: Bytes, at = now, isRevoked?: (serial: string) => boolean) =>
    verifyAttestation({ attestation, anchors: [authority.rootCertificate], at, ...(isRevoked && { isRevoked }) });

  it('vouches for a release, and whoever trusts its root knows', async () => {
    const { attestation, serial } = await authority.attest(await release());
    const signer = await authority.releaseSigner();
    expect(await verify(attestation)).toEqual({
      serial,
      release: await release(),
      issuedAt: now,
      signer,
      signerHash: await sha256(signer),
    });
  });

  it('signs every release with one certificate, so that a rule for one lets the next in', async () => {
    const first = await verify((await authority.attest(await release())).attestation);
    const next = await verify((await authority.attest(await release('1.5.0'))).attestation);
    expect(next.signerHash).toEqual(first.signerHash);
    expect(next.serial).not.toBe(first.serial);
  });

  it('gives the same attestation again, and none for another content of that version', async () => {
    const first = await authority.attest(await release('2.0.0'));
    expect(await authority.attest(await release('2.0.0'))).toEqual(first);
    await expectRefusal(authority.attest({ ...(await release('2.0.0')), digest: hash }), 'release-attested');
  });

  it('takes its word back by the revocation list', async () => {
    const { attestation, serial } = await authority.attest(await release('3.0.0'));
    await authority.revoke({ serial });
    const { crl } = await authority.crl();
    const { revoked } = await readCrl(crl, parseCertificate(authority.issuingCertificate));
    await expectRefusal(
      verify(attestation, now, (one) => revoked.has(one)),
      'revoked',
    );
    await expectRefusal(authority.attest(await release('3.0.0')), 'revoked');
    const kept = (await authority.attest(await release('2.0.0'))).attestation;
    await expect(verify(kept, now, (one) => revoked.has(one))).resolves.toBeDefined();
  });

  it('takes back every release of a signer that is revoked, and signs the next with another', async () => {
    const other = await Authority.init({ store: memoryStore(), now: () => now });
    await other.attest(await release());
    const [signer] = (await other.list()).filter(({ kind }) => kind === 'release-signer');
    const revoked = await other.revoke({ serial: signer?.serial ?? '' });
    expect(revoked).toHaveLength(2);
    await other.attest(await release('1.4.1'));
    const signers = (await other.list()).filter(({ kind }) => kind === 'release-signer');
    expect(signers.map(({ state }) => state).toSorted()).toEqual(['revoked', 'valid']);
  });

  it('is not believed after its certificates have run out', async () => {
    const { attestation } = await authority.attest(await release());
    await expectRefusal(verify(attestation, now + 6 * 365 * day), 'expired');
    await expectRefusal(verify(attestation, now - 2 * day), 'not-yet-valid');
    await expectRefusal(verify(attestation, Number.NaN), 'not-yet-valid');
  });

  it('is not believed by whoever trusts another root', async () => {
    const { attestation } = await authority.attest(await release());
    const { anchors } = await makeHierarchy();
    await expectRefusal(verifyAttestation({ attestation, anchors, at: now }), 'untrusted');
  });

  it('no octet of an attestation can be changed, and none left out', async () => {
    const { attestation } = await authority.attest(await release());
    const refused = async (changed: Bytes) =>
      verify(changed).then(
        () => false,
        (error: unknown) => error instanceof Error && error.name === 'CertificateError',
      );
    for (let at = 0; at < attestation.length; at++) {
      const changed = attestation.map((octet, index) => (index === at ? octet ^ 0x40 : octet));
      expect([at, await refused(changed)]).toEqual([at, true]);
      if (at % 16 === 0) expect([at, await refused(attestation.slice(0, at))]).toEqual([at, true]);
    }
  }, 60_000);
});

describe('an attestation by somebody else', () => {
  let hierarchy: Hierarchy;
  beforeAll(async () => {
    hierarchy = await makeHierarchy();
  });
  const attest = async (
    chain: readonly Bytes[],
    privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'],
  ) => {
    const sign = (bytes: Bytes) => signEs256(privateKey, bytes);
    return signAttestation({ serial: '0102', release: await release(), issuedAt: now }, { chain, sign });
  };
  const verify = (attestation: Bytes) => verifyAttestation({ attestation, anchors: hierarchy.anchors, at: now });

  it('is refused with the certificate of a patient', async () => {
    const { leaf, issuing, leafKey } = hierarchy;
    await expectRefusal(verify(await attest([leaf, issuing.certificate], leafKey.privateKey)), 'purpose-refused');
  });

  it('is refused with a certificate that it signed itself', async () => {
    const keys = await generateKeyPair({ extractable: false });
    const self = { certificate: hierarchy.issuing.certificate, privateKey: keys.privateKey };
    const publicKeySpki = await exportPublicKey(keys.publicKey);
    const forged = await issueReleaseSigner({ publicKeySpki, issuer: self, ...validity });
    const attestation = await attest([forged, hierarchy.issuing.certificate], keys.privateKey);
    await expectRefusal(verify(attestation), 'signature-invalid');
  });

  it("is refused with the authority's certificate and a key of its own", async () => {
    const { issuing, leafKey } = hierarchy;
    const publicKeySpki = await exportPublicKey((await generateKeyPair({ extractable: false })).publicKey);
    const signer = await issueReleaseSigner({ publicKeySpki, issuer: issuing, ...validity });
    await expectRefusal(verify(await attest([signer, issuing.certificate], leafKey.privateKey)), 'signature-invalid');
  });

  it('is refused where its chain is short, long or missing', async () => {
    const { leaf, issuing, root, leafKey } = hierarchy;
    const { privateKey } = leafKey;
    await expectRefusal(verify(await attest([leaf], privateKey)), 'chain-length');
    await expectRefusal(
      verify(await attest([leaf, issuing.certificate, root.certificate], privateKey)),
      'chain-length',
    );
    const bare = await sign1(hash, attestationContext, new Map(), (bytes) => signEs256(privateKey, bytes));
    await expectRefusal(verify(bare), 'attestation-malformed');
  });
});
