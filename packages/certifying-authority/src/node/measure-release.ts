// What a release is, measured where it lies: the program that starts it, the sources of every program and package, and the
// lockfile that fixes the hash of each dependency. Tests and fixtures are no part of it. What npm unpacked is measured by that lockfile only when
// it is installed (`npm ci`), not here.
import { glob, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { sha256 } from '@vitalseal/protocol';
import { releaseOf } from '../attestation/manifest.ts';
import { expectRelease, type Release } from '../attestation/release.ts';
import { CertificateError } from '../errors.ts';

const parts = [
  'package.json',
  'package-lock.json',
  '{apps,packages}/*/package.json',
  'apps/*/bin/*',
  '{apps,packages}/*/src/**/*.{ts,tsx,js,mjs,cjs,json}',
];
const notRun = /(?:\.test|\.fixture)\.ts$|\/testing\//;

/** @param root folder with the root's package.json, which names release and version @throws CertificateError `release-malformed` */
export async function measureRelease(root: string): Promise<Release> {
  const { name, version } = await describedRelease(root);
  const paths: string[] = [];
  for await (const path of glob(parts, { cwd: root })) paths.push(path.split(sep).join('/'));
  const own = paths.filter((path) => !notRun.test(path));
  const files = await Promise.all(
    own.map(async (path) => ({ path, hash: await sha256(new Uint8Array(await readFile(join(root, path)))) })),
  );
  return releaseOf({ name, version, files });
}

async function describedRelease(root: string): Promise<Pick<Release, 'name' | 'version'>> {
  try {
    const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
    return expectRelease({ name: String(name), version: String(version), digest: new Uint8Array(32) });
  } catch (cause) {
    if (cause instanceof CertificateError) throw cause;
    throw new CertificateError('release-malformed', 'expected a folder of a release, with a package.json', { cause });
  }
}
