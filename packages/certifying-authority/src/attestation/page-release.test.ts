// The release of a page as a browser judges it: attested by an authority that it trusts already, this very content, this
// program; and manifests from anywhere are hostile.
import { type Bytes, type CborValue, decodeCbor, encodeCbor } from '@vitalseal/protocol';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../authority/authority.ts';
import { memoryStore } from '../authority/memory-store.ts';
import { CertificateError } from '../errors.ts';
import { expectRefusal } from '../expect-refusal.fixture.ts';
import { decodeManifest, encodeManifest, releaseOf } from './manifest.ts';
import { decodePageRelease, encodePageRelease, expectNewer, verifyPageRelease } from './page-release.ts';

const name = 'vitalseal-patient-app';
const hash = new Uint8Array(32).fill(7);
const files = [
  { path: 'assets/index-1a2b.js', hash },
  { path: 'index.html', hash },
];
const content = { name, version: '1.0.0', files };
const manifest = encodeManifest(content);
let authority: Authority;
let attestation: Bytes;
beforeAll(async () => {
  authority = await Authority.init({ store: memoryStore(), name: 'Test' });
  ({ attestation } = await authority.attest(await releaseOf(content)));
});
const question = () => ({ manifest, attestation, name, anchors: [authority.rootCertificate], at: Date.now() });

describe("a page's release", () => {
  it('is what the authority vouched for, file by file', async () => {
    const { manifest: judged, attested } = await verifyPageRelease(question());
    expect(judged).toEqual(content);
    expect(attested.release.version).toBe('1.0.0');
  });

  it('is refused with another manifest, as another program, under another root, or when it was taken back', async () => {
    const other = encodeManifest({ ...content, files: files.slice(1) });
    await expectRefusal(verifyPageRelease({ ...question(), manifest: other }), 'release-other');
    await expectRefusal(verifyPageRelease({ ...question(), name: 'vitalseal' }), 'release-other');
    const stranger = await Authority.init({ store: memoryStore(), name: 'Stranger' });
    await expectRefusal(verifyPageRelease({ ...question(), anchors: [stranger.rootCertificate] }), 'untrusted');
    await expectRefusal(verifyPageRelease({ ...question(), isRevoked: () => true }), 'revoked');
  });

  it('follows one with a lower version only', () => {
    const of = (version: string) => ({ name, version, digest: hash });
    expect(() => expectNewer(of('1.0.10'), of('1.0.9'))).not.toThrow();
    for (const older of ['1.0.9', '1.0.8', '0.9.9']) {
      expect(() => expectNewer(of(older), of('1.0.9'))).toThrow(expect.objectContaining({ code: 'release-older' }));
    }
  });

  it('comes in one answer, which is read in one form only', () => {
    const release = { manifest, attestation, roots: [authority.rootCertificate] };
    const bytes = encodePageRelease(release);
    expect(decodePageRelease(bytes)).toEqual(release);
    for (const wrong of [bytes.slice(1), new Uint8Array(0), encodeCbor([2, manifest, attestation, []])]) {
      expect(() => decodePageRelease(wrong)).toThrow(expect.objectContaining({ code: 'release-malformed' }));
    }
  });
});

describe('a manifest', () => {
  it('names files below its own folder, in order, each once', () => {
    expect(decodeManifest(manifest)).toEqual(content);
    for (const path of ['../x.js', '/x.js', 'a/../x.js', 'a//x.js', './x.js', '.hidden', 'a\\x.js', 'x.js?y', '']) {
      const wrong = encodeCbor([name, '1.0.0', [[path, hash]]]);
      expect(() => decodeManifest(wrong), path).toThrow(expect.objectContaining({ code: 'release-malformed' }));
    }
    const [first, second] = (decodeCbor(manifest) as [string, string, CborValue[][]])[2];
    for (const listed of [[second, first], [first, first], [], [[...(first ?? []), 1]]]) {
      const wrong = encodeCbor([name, '1.0.0', listed as CborValue[]]);
      expect(() => decodeManifest(wrong)).toThrow(expect.objectContaining({ code: 'release-malformed' }));
    }
  });

  it('is refused with a code, whatever its bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(manifest.length - 1), fc.nat(255), (noise, at, octet) => {
        const changed = manifest.slice();
        changed[at] = octet;
        for (const bytes of [new Uint8Array(noise), changed]) {
          try {
            expect(encodeManifest(decodeManifest(bytes))).toEqual(bytes);
          } catch (error) {
            if (!(error instanceof CertificateError)) throw error;
            expect(error.code).toBe('release-malformed');
          }
        }
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});
