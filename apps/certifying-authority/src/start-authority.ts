// The certifying authority as a running server: for `vitalseal ca serve`, and within another process for the demo.
import {
  Authority,
  type AuthorityOptions,
  type AuthorityStore,
  CertificateError,
} from '@vitalseal/certifying-authority';
import { type Logger, pino } from 'pino';
import { createEstServer } from './server/est-server.ts';
import { namesFor, newServerIdentity } from './server/server-identity.ts';
import { openFileStore } from './store/file-store.ts';

export interface StartAuthorityOptions extends Omit<AuthorityOptions, 'store'> {
  readonly dataDir: string;
  /** Loopback if left out. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Further names that the server is reached by. */
  readonly serverNames?: readonly string[];
  /** Makes the authority, under this name, if the folder has none; without it that is an error. */
  readonly createAs?: string;
  readonly log?: Logger;
}

export interface RunningAuthority {
  /** Origin, as `https://127.0.0.1:8441`. */
  readonly url: string;
  readonly port: number;
  readonly authority: Authority;
  /** DER. */
  readonly rootCertificate: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the root, 64 hexadecimal digits. */
  readonly rootFingerprint: string;
  close(): Promise<void>;
}

const renewalCheck = 3_600_000;
/** Renewed when this is left: a third of the default 90 days. */
const renewalMargin = 30 * 86_400_000;

/** @throws CertificateError, CertifyingAuthorityAppError */
export async function startAuthority(options: StartAuthorityOptions): Promise<RunningAuthority> {
  const {
    dataDir,
    host = '127.0.0.1',
    port = 0,
    serverNames = [],
    log = pino({ enabled: false }),
    now = Date.now,
  } = options;
  const authority = await openOrInit(await openFileStore(dataDir, { create: options.createAs !== undefined }), options);
  const names = namesFor(host, serverNames);
  let identity = await newServerIdentity(authority, names);
  const server = await createEstServer(authority, { identity, log });
  const renewIfDue = async (): Promise<void> => {
    if (identity.notAfter - now() > renewalMargin) return;
    identity = await newServerIdentity(authority, names);
    server.useIdentity(identity);
  };
  const timer = setInterval(
    () => void renewIfDue().catch((error) => log.error({ error: String(error) }, 'no new server certificate')),
    renewalCheck,
  );
  timer.unref();
  const bound = await server.listen({ host, port });
  return {
    url: `https://${urlHost(host)}:${bound}`,
    port: bound,
    authority,
    rootCertificate: authority.rootCertificate,
    rootFingerprint: authority.rootFingerprint,
    async close() {
      clearInterval(timer);
      await server.close();
    },
  };
}

async function openOrInit(store: AuthorityStore, options: StartAuthorityOptions): Promise<Authority> {
  const { createAs } = options;
  if (createAs !== undefined) {
    try {
      return await Authority.init({ ...options, store, name: createAs });
    } catch (error) {
      if (!(error instanceof CertificateError) || error.code !== 'authority-exists') throw error;
    }
  }
  return Authority.open({ ...options, store });
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
