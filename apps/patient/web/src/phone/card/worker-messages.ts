// What page and Worker tell each other beside the card's own port.

export interface OpenTheCard {
  /** Of its database. */
  readonly name: string;
}

export type WorkerNews =
  /** There is something to fetch: a request to carry, or a report. */
  | { readonly kind: 'stirred' }
  /** The card could not be opened. */
  | { readonly kind: 'failed'; readonly code: string }
  /** A command ended in a fault of the card. */
  | { readonly kind: 'fault'; readonly code: string };
