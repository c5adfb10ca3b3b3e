// What the server has now, whatever a cache of the browser holds.
import type { Bytes } from '@vitalseal/protocol';

/** The hospital is away, or has no signed release: nothing to judge. */
export class NothingOffered extends Error {
  override readonly name = 'NothingOffered';
}

const patienceMs = 60_000;

/** @throws NothingOffered */
export async function fetched(url: string, most: number): Promise<Bytes> {
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const answer = await fetch(url, { cache: 'no-store', redirect: 'error', signal });
    if (!answer.ok || Number(answer.headers.get('content-length') ?? 0) > most) throw new NothingOffered(url);
    const content = new Uint8Array(await answer.arrayBuffer());
    if (content.length > most) throw new NothingOffered(url);
    return content;
  } catch (cause) {
    throw cause instanceof NothingOffered ? cause : new NothingOffered(url, { cause });
  }
}
