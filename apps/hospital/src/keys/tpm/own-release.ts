/** The release that runs here, measured where it lies. */
import { fileURLToPath } from 'node:url';
import type { Release } from '@vitalseal/certifying-authority';
import { measureRelease } from '@vitalseal/certifying-authority/node';
import type { Bytes } from '@vitalseal/protocol';

let measured: Promise<Release> | undefined;

/** Once for each process: what was measured is what was loaded. */
export async function ownRelease(): Promise<Release> {
  const root = fileURLToPath(new URL('../../../../../', import.meta.url));
  measured ??= measureRelease(root);
  return measured;
}

/** SHA-256 over the release. */
export async function measureOwnRelease(): Promise<Bytes> {
  return (await ownRelease()).digest;
}
