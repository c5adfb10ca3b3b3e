// From an activation link to a trusted connection (RFC 7030 section 4.1.1): fetch the authority's certificates from
// whoever answers, believe the root of the pinned fingerprint, and from then on speak only to servers under it.
import { bootstrapTrust, type Trust } from '../est/bootstrap-trust.ts';
import { createEstClient, type EstClient } from '../est/est-client.ts';
import { rootedFetch, unauthenticatedFetch } from './tls-fetch.ts';

export interface EstConnection {
  readonly client: EstClient;
  readonly trust: Trust;
}

/** @param options.url origin of the authority or of a hospital that forwards to it */
export async function connectEst({
  url,
  rootFingerprint,
  now = Date.now,
}: {
  url: string;
  rootFingerprint: string;
  now?: () => number;
}): Promise<EstConnection> {
  const stranger = createEstClient({ url, fetch: unauthenticatedFetch() });
  const trust = await bootstrapTrust(stranger, { rootFingerprint, now });
  return { client: createEstClient({ url, fetch: rootedFetch(trust.root) }), trust };
}
