/** The release that runs here, measured where it lies. */
import { fileURLToPath } from 'node:url';
import { measureRelease } from '@vitalseal/certifying-authority/node';
import type { Bytes } from '@vitalseal/protocol';

let measured: Promise<Bytes> | undefined;

/** SHA-256 over the release, once for each process: what was measured is what was loaded. */
export async function measureOwnRelease(): Promise<Bytes> {
  const root = fileURLToPath(new URL('../../../../../', import.meta.url));
  measured ??= measureRelease(root).then(({ digest }) => digest);
  return measured;
}
