// A built page, measured where it lies. Its build writes the manifest beside its files; whoever attests or serves it
// compares each file with that manifest, and bears no file that it does not name.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type Bytes, bytesToHex, sha256 } from '@vitalseal/protocol';
import { decodeManifest, encodeManifest, type ManifestFile, releaseOf } from '../attestation/manifest.ts';
import type { Release } from '../attestation/release.ts';
import { CertificateError } from '../errors.ts';

export const manifestFileName = 'release.manifest';

export interface MeasuredPage {
  readonly manifest: Bytes;
  readonly release: Release;
}

/** The last step of a page's build. @throws CertificateError `release-malformed` */
export async function writeManifest(folder: string, name: string, version: string): Promise<MeasuredPage> {
  const content = { name, version, files: await filesIn(folder) };
  const manifest = encodeManifest(content);
  decodeManifest(manifest);
  await writeFile(join(folder, manifestFileName), manifest);
  return { manifest, release: await releaseOf(content) };
}

/** @throws CertificateError `release-malformed`, `release-changed` */
export async function measurePage(folder: string): Promise<MeasuredPage> {
  const manifest = await readManifest(folder);
  const content = decodeManifest(manifest);
  const found = new Map((await filesIn(folder)).map(({ path, hash }) => [path, bytesToHex(hash)]));
  const same = content.files.every(({ path, hash }) => found.get(path) === bytesToHex(hash));
  if (!same || found.size !== content.files.length) {
    throw new CertificateError('release-changed', 'expected the files of the manifest, unchanged, and no other');
  }
  return { manifest, release: await releaseOf(content) };
}

async function readManifest(folder: string): Promise<Bytes> {
  try {
    return new Uint8Array(await readFile(join(folder, manifestFileName)));
  } catch (cause) {
    throw new CertificateError('release-malformed', 'expected a built page with its manifest', { cause });
  }
}

async function filesIn(folder: string): Promise<readonly ManifestFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== manifestFileName);
  return Promise.all(
    paths.map(async (path) => ({ path, hash: await sha256(new Uint8Array(await readFile(join(folder, path)))) })),
  );
}
