// The manifest of a release: every file it consists of, with its SHA-256. One encoding, so that its digest stands for
// the whole release; whoever is handed it can check each file by itself.
import {
  type Bytes,
  bytesToHex,
  type CborValue,
  decodeCbor,
  encodeCbor,
  equalBytes,
  ProtocolError,
  sha256,
} from '@vitalseal/protocol';
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

export const maximumManifest = 262_144;
const maximumFiles = 2000;
const segment = '[A-Za-z0-9_@-][A-Za-z0-9._@-]*';
const pathPattern = new RegExp(`^${segment}(?:/${segment})*$`);

/** In the order of paths, each of them once. @throws CertificateError `release-malformed` */
export async function releaseOf(manifest: ReleaseManifest): Promise<Release> {
  const { name, version } = manifest;
  return expectRelease({ name, version, digest: await sha256(encodeManifest(manifest)) });
}

/** @throws CertificateError `release-malformed` */
export function encodeManifest({ name, version, files }: ReleaseManifest): Bytes {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (sorted.length === 0 || sorted.some(({ path }, at) => path === sorted[at + 1]?.path)) {
    throw new CertificateError('release-malformed', 'expected files, each of them once');
  }
  const listed = sorted.map(({ path, hash }): CborValue => [path, hash]);
  return encodeCbor([name, version, listed]);
}

/** Of a page's release: its paths lead nowhere but below its own folder. @throws CertificateError `release-malformed` */
export function decodeManifest(bytes: Bytes): ReleaseManifest {
  const fields = decoded(bytes);
  const [name, version, listed, ...others] = Array.isArray(fields) ? fields : [];
  if (typeof name !== 'string' || typeof version !== 'string' || !Array.isArray(listed) || others.length > 0) {
    throw malformed();
  }
  if (listed.length > maximumFiles) throw malformed();
  const manifest = { name, version, files: listed.map(fileOf) };
  expectRelease({ name, version, digest: new Uint8Array(32) });
  // One manifest, one encoding: in the order of paths, none twice.
  if (!equalBytes(encodeManifest(manifest), bytes)) throw malformed();
  return manifest;
}

/** What a file is, for comparison with the manifest: lower case hexadecimal. */
export async function fileHash(content: Bytes): Promise<string> {
  return bytesToHex(await sha256(content));
}

function fileOf(value: CborValue): ManifestFile {
  const [path, hash, ...others] = Array.isArray(value) ? value : [];
  if (
    typeof path !== 'string' ||
    path.length > 200 ||
    !pathPattern.test(path) ||
    !(hash instanceof Uint8Array) ||
    hash.length !== 32 ||
    others.length > 0
  ) {
    throw malformed();
  }
  return { path, hash };
}

function decoded(bytes: Bytes): CborValue {
  try {
    return decodeCbor(bytes, { maxBytes: maximumManifest });
  } catch (cause) {
    if (cause instanceof ProtocolError) throw malformed(cause);
    throw cause;
  }
}

function malformed(cause?: unknown): CertificateError {
  return new CertificateError('release-malformed', 'expected the manifest of a release', { cause });
}
