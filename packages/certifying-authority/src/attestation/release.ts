// A release of an MHA: its name, its version, and the digest of all that it is.
import type { Bytes } from '@vitalseal/protocol';
import { CertificateError } from '../errors.ts';

export interface Release {
  /** Of the program: lower case letters, digits and hyphens. */
  readonly name: string;
  /** Three numbers: 1.4.0. */
  readonly version: string;
  /** SHA-256: of the manifest of its files, or of an image. */
  readonly digest: Bytes;
}

const namePattern = /^[a-z0-9][a-z0-9-]{0,39}$/;
const versionPattern = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,4})$/;

/** The version as one number of 32 bits that grows as versions do. @throws CertificateError `release-malformed` */
export function releaseNumber(version: string): number {
  const [, ...parts] = versionPattern.exec(version) ?? [];
  const [major = 256, minor = 256, patch = 65_536] = parts.map(Number);
  if (major > 255 || minor > 255 || patch > 65_535) {
    throw new CertificateError('release-malformed', 'expected a version of three numbers, as 1.4.0');
  }
  return major * 2 ** 24 + minor * 2 ** 16 + patch;
}

/** @throws CertificateError `release-malformed` */
export function expectRelease(release: Release): Release {
  if (!namePattern.test(release.name) || release.digest.length !== 32) {
    throw new CertificateError('release-malformed', 'expected a name of a release, and a digest of 32 octets');
  }
  releaseNumber(release.version);
  return release;
}
