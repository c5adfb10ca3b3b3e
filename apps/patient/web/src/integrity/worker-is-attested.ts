// Whether the service worker that the server has now is one that an attested release names. The browser takes a new one in
// whatever anybody thinks of it; a page can only notice.

import { decodePageRelease, fileHash, verifyPageRelease } from '@vitalseal/certifying-authority';
import { type Bytes, bytesToHex } from '@vitalseal/protocol';
import type { ReleaseNews } from './release-messages.ts';
import { releaseName, releasePath, workerPath } from './release-name.ts';

/** @param known what was told before the new one came */
export async function workerIsAttested(scope: string, { roots, worker }: ReleaseNews): Promise<boolean> {
  try {
    const hash = await fileHash(await bytesOf(`${scope}${workerPath}`));
    if (hash === worker) return true;
    const { manifest, attestation } = decodePageRelease(await bytesOf(`${scope}${releasePath}`));
    const question = { manifest, attestation, name: releaseName, anchors: roots, at: Date.now() };
    const { files } = (await verifyPageRelease(question)).manifest;
    return files.some((file) => file.path === workerPath && bytesToHex(file.hash) === hash);
  } catch (error) {
    // A network that went away says nothing of the worker.
    return error instanceof Unreachable;
  }
}

class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

async function bytesOf(path: string): Promise<Bytes> {
  const answer = await fetch(path, { cache: 'no-store', redirect: 'error' }).catch((cause: unknown) => {
    throw new Unreachable(path, { cause });
  });
  if (!answer.ok) throw new Unreachable(path);
  return new Uint8Array(await answer.arrayBuffer());
}
