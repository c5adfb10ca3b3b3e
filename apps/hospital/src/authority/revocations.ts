/**
 * Who is revoked, from the authority's list: waited for at the authority, so that it counts within a moment, and kept in
 * the store, so that it counts from the first moment after a start even while the authority is away.
 */
import {
  type CertificateError,
  createEstClient,
  type EstFetch,
  type IsRevoked,
  type RevocationWatch,
  watchRevocations,
} from '@vitalseal/certifying-authority';
import type { Bytes } from '@vitalseal/protocol';
import type { Store } from '../store/open-store.ts';

const setting = 'revocation-list';

export interface Revocations {
  readonly isRevoked: IsRevoked;
  /** Undefined where no authority is known, or none has answered ever. */
  state(): { readonly number: number; readonly ageMs: number; readonly fresh: boolean } | undefined;
  /** The list in force, DER. */
  list(): { readonly number: number; readonly der: Bytes } | undefined;
  close(): Promise<void>;
}

export interface RevocationsOptions {
  readonly store: Store;
  readonly url: string;
  readonly fetch: EstFetch;
  /** DER. */
  readonly root: Bytes;
  readonly issuing: Bytes;
  /** Each new list has been stored: close what rests on the revoked. */
  readonly onRevoked: (isRevoked: IsRevoked) => Promise<void>;
  readonly onProblem: (problem: CertificateError) => void;
}

export async function openRevocations(options: RevocationsOptions): Promise<Revocations> {
  const { store, url, fetch, root, issuing, onRevoked, onProblem } = options;
  const stored = await store.settings.get(setting);
  const watch: RevocationWatch = await watchRevocations({
    estClient: createEstClient({ url, fetch }),
    root,
    issuing,
    ...(stored === undefined ? {} : { stored: new Uint8Array(Buffer.from(stored, 'base64')) }),
    onCrl: async (list) => {
      // In force already: first the channels, then the copy for the next start.
      await onRevoked((serial) => list.revoked.has(serial));
      await store.settings.set(setting, Buffer.from(list.der).toString('base64'));
    },
    onProblem,
  });
  return {
    isRevoked: watch.isRevoked,
    state() {
      const { list, fresh } = watch;
      return list === undefined ? undefined : { number: list.number, ageMs: Date.now() - list.thisUpdate, fresh };
    },
    list: () => watch.list,
    close: () => watch.close(),
  };
}

/** For a hospital that was given no authority to ask. */
export const nobodyRevoked: Revocations = {
  isRevoked: () => false,
  state: () => undefined,
  list: () => undefined,
  close: async () => undefined,
};
