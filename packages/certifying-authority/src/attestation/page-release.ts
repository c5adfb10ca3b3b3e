// The release of a page, as a server offers it: the manifest of its files, the authority's attestation of that manifest, and
// the roots for a browser that has not met any yet. One answer, so that the parts of two releases are never mixed.
import {
  type Bytes,
  type CborValue,
  decodeCbor,
  encodeCbor,
  equalBytes,
  ProtocolError,
  sha256,
} from '@vitalseal/protocol';
import { CertificateError } from '../errors.ts';
import type { IsRevoked } from '../path/valid-at.ts';
import { decodeManifest, maximumManifest, type ReleaseManifest } from './manifest.ts';
import { type Release, releaseNumber } from './release.ts';
import { type ValidAttestation, verifyAttestation } from './verify-attestation.ts';

export interface PageRelease {
  readonly manifest: Bytes;
  /** COSE_Sign1 of the authority. */
  readonly attestation: Bytes;
  /** DER. */
  readonly roots: readonly Bytes[];
}

const format = 1;
const maximumRoots = 8;
export const maximumPageRelease: number = maximumManifest + 65_536;

export function encodePageRelease({ manifest, attestation, roots }: PageRelease): Bytes {
  return encodeCbor([format, manifest, attestation, [...roots]]);
}

/** Only the shape. @throws CertificateError `release-malformed` */
export function decodePageRelease(bytes: Bytes): PageRelease {
  const fields = decoded(bytes);
  const [one, manifest, attestation, roots, ...others] = Array.isArray(fields) ? fields : [];
  if (
    one !== format ||
    !(manifest instanceof Uint8Array) ||
    !(attestation instanceof Uint8Array) ||
    !Array.isArray(roots) ||
    roots.length > maximumRoots ||
    !roots.every((root) => root instanceof Uint8Array) ||
    others.length > 0
  ) {
    throw malformed();
  }
  return { manifest, attestation, roots };
}

export interface PageReleaseQuestion extends Omit<PageRelease, 'roots'> {
  /** The program that it must be a release of. */
  readonly name: string;
  /** Roots that are trusted already, DER. Not those that came with the release. */
  readonly anchors: readonly Bytes[];
  /** UTC ms. */
  readonly at: number;
  readonly isRevoked?: IsRevoked;
}

export interface ValidPageRelease {
  readonly manifest: ReleaseManifest;
  readonly attested: ValidAttestation;
}

/** @throws CertificateError `release-other`, and whatever an attestation is refused for */
export async function verifyPageRelease({
  manifest,
  name,
  ...question
}: PageReleaseQuestion): Promise<ValidPageRelease> {
  const attested = await verifyAttestation(question);
  const { release } = attested;
  const content = decodeManifest(manifest);
  const same = equalBytes(release.digest, await sha256(manifest)) && release.version === content.version;
  if (!same || release.name !== name || content.name !== name) {
    throw new CertificateError('release-other', 'expected an attestation of this very release');
  }
  return { manifest: content, attested };
}

/** A browser goes forward only: what was let in once stays the least. @throws CertificateError `release-older` */
export function expectNewer(release: Pick<Release, 'version'>, than: Pick<Release, 'version'>): void {
  if (releaseNumber(release.version) <= releaseNumber(than.version)) {
    throw new CertificateError('release-older', 'expected a release with a higher version than the one that is here');
  }
}

function decoded(bytes: Bytes): CborValue {
  try {
    return decodeCbor(bytes, { maxBytes: maximumPageRelease });
  } catch (cause) {
    if (cause instanceof ProtocolError) throw malformed(cause);
    throw cause;
  }
}

function malformed(cause?: unknown): CertificateError {
  return new CertificateError('release-malformed', 'expected the release of a page', { cause });
}
