// The manifest of a release: every file it consists of, with its SHA-256. One encoding, so that its digest stands for
// the whole release.
import { type Bytes, type CborValue, encodeCbor, sha256 } from '@vitalseal/protocol';
import { CertificateError } from '../errors.ts';
import { expectRelease, type Release } from './release.ts';

export interface ManifestFile {
  /** From the root of the release, with slashes. */
  readonly path: string;
  /** SHA-256. */
  readonly hash: Bytes;
}

export interface ReleaseManifest {
  readonly name: string;
  readonly version: string;
  readonly files: readonly ManifestFile[];
}

/** In the order of paths, each of them once. @throws CertificateError `release-malformed` */
export async function releaseOf({ name, version, files }: ReleaseManifest): Promise<Release> {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (sorted.length === 0 || sorted.some(({ path }, at) => path === sorted[at + 1]?.path)) {
    throw new CertificateError('release-malformed', 'expected files, each of them once');
  }
  const listed = sorted.map(({ path, hash }): CborValue => [path, hash]);
  return expectRelease({ name, version, digest: await sha256(encodeCbor([name, version, listed])) });
}
