// What the page asks its service worker, and what it is told. Between the two of one release, or of two that follow each
// other: fields are added, never changed.

import type { Bytes } from '@vitalseal/protocol';

export type ReleaseQuestion =
  | { readonly ask: 'state' }
  /** Is there a newer one? */
  | { readonly ask: 'look' }
  /** Let the one that is ready take the place of the one that runs. */
  | { readonly ask: 'switch' }
  /** The roots that the patient's card was given: from now on no others. */
  | { readonly ask: 'trust'; readonly roots: readonly Bytes[] }
  | { readonly ask: 'forget' };

export interface ReleaseNews {
  readonly update: 'none' | 'ready' | 'refused';
  /** Why it was refused. */
  readonly code: string | undefined;
  /** Of what runs. */
  readonly version: string | undefined;
  /** The patient's card has confirmed the root that the release is judged by. */
  readonly rooted: boolean;
  /** By which releases are judged, DER. */
  readonly roots: readonly Bytes[];
  /** SHA-256 of the service worker of what runs, hexadecimal. */
  readonly worker: string | undefined;
}

export const nothingNew: ReleaseNews = {
  update: 'none',
  code: undefined,
  version: undefined,
  rooted: false,
  roots: [],
  worker: undefined,
};
