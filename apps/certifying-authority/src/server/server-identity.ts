// The authority's own TLS certificate, from its own issuing authority. The key lives in memory only: a new one at each
// start costs nothing and leaves nothing to steal.
import { hostname } from 'node:os';
import {
  type Authority,
  createServerRequest,
  encodePem,
  exportPrivateKey,
  generateKeyPair,
  parseCertificate,
} from '@vitalseal/certifying-authority';

export interface ServerIdentity {
  readonly key: string;
  readonly cert: string;
  /** UTC milliseconds. */
  readonly notAfter: number;
}

export async function newServerIdentity(authority: Authority, names: readonly string[]): Promise<ServerIdentity> {
  const keyPair = await generateKeyPair({ extractable: true });
  const certificate = await authority.issueServerCertificate(await createServerRequest(keyPair, names), names);
  return {
    key: encodePem('PRIVATE KEY', await exportPrivateKey(keyPair.privateKey)),
    cert: encodePem('CERTIFICATE', certificate) + encodePem('CERTIFICATE', authority.issuingCertificate),
    notAfter: parseCertificate(certificate).notAfter,
  };
}

/** What a server that listens on `host` is reached by, with the names that were asked for. */
export function namesFor(host: string, asked: readonly string[]): string[] {
  const everywhere = host === '0.0.0.0' || host === '::';
  const own = everywhere ? [hostname().toLowerCase()].filter(isServerName) : [host];
  return [...new Set(['localhost', '127.0.0.1', '::1', ...own, ...asked])];
}

function isServerName(name: string): boolean {
  return /^[a-z0-9.-]+$/.test(name);
}
