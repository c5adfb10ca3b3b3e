// From an activation link to a trusted connection (RFC 7030 section 4.1.1): fetch the authority's certificates from
// whoever answers, believe the root of the pinned fingerprint, and from then on speak only to servers under it.
import { CertificateError } from '../errors.ts';
import { bootstrapTrust, type Trust } from '../est/bootstrap-trust.ts';
import { createEstClient, type EstClient } from '../est/est-client.ts';
import { rootedFetch, unauthenticatedFetch } from './tls-fetch.ts';

export interface EstConnection {
  readonly client: EstClient;
  readonly trust: Trust;
}

const pauseMs = 250;

/**
 * @param options.url origin of the authority or of a hospital that forwards to it
 * @param options.patienceMs how long to ask again while nobody answers: an authority that one script starts beside the
 * device is there a moment later
 */
export async function connectEst({
  url,
  rootFingerprint,
  now = Date.now,
  patienceMs = 5000,
}: {
  url: string;
  rootFingerprint: string;
  now?: () => number;
  patienceMs?: number;
}): Promise<EstConnection> {
  const stranger = createEstClient({ url, fetch: unauthenticatedFetch() });
  const deadline = performance.now() + patienceMs;
  const trust = await patiently(() => bootstrapTrust(stranger, { rootFingerprint, now }), deadline);
  return { client: createEstClient({ url, fetch: rootedFetch(trust.root) }), trust };
}

async function patiently<Result>(attempt: () => Promise<Result>, deadline: number): Promise<Result> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const mayStillStart = isRefusedConnection(error) && performance.now() + pauseMs < deadline;
      if (!mayStillStart) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function isRefusedConnection(error: unknown): boolean {
  const cause = error instanceof CertificateError && error.code === 'est-unreachable' ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
