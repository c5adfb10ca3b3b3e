// The page's own part on the way to the hospital: it posts what the card has sealed, to its own origin, and brings the
// answer. A card that names any other place is not served.

import type { PageAnswer, PageRequest } from '@vitalseal/secure-element/terminal';

const paths: ReadonlySet<string> = new Set(['/edhoc', '/records', '/attestation', '/card-session']);
const patienceMs = 30_000;
/** What fits a command of the card. */
const longestAnswer = 0xff00;
const longestWaitMs = 600_000;

export interface Carried {
  readonly answer: PageAnswer;
  /** What the server's clock said, UTC ms: nobody vouches for it. */
  readonly serverTime: number | undefined;
}

/** @param base the app's own address, with a slash at its end @returns no answer where nobody was reached */
export async function carry({ number, path, contentType, body }: PageRequest, base: string): Promise<Carried> {
  const nobody = { answer: { number }, serverTime: undefined };
  if (!paths.has(path)) return nobody;
  try {
    const response = await fetch(`${base.replace(/\/$/, '')}${path}`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    });
    const answered = new Uint8Array(await response.arrayBuffer());
    if (answered.length > longestAnswer) return nobody;
    return {
      answer: { number, answer: { status: response.status, body: answered, retryAfterMs: retryAfter(response) } },
      serverTime: timeOf(response),
    };
  } catch {
    return nobody;
  }
}

function retryAfter({ headers }: Response): number {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(Math.round(seconds * 1000), longestWaitMs) : 0;
}

function timeOf({ headers }: Response): number | undefined {
  const said = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(said) ? undefined : said;
}
