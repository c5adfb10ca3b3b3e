// What the phones' process and its supervisor tell each other.

export interface PhoneCounts {
  /** Readings whose acknowledgement by the hospital an element has opened, each once. */
  readonly acknowledged: number;
  /** Readings the hospital refused for good. */
  readonly refused: number;
  /** Readings in the outboxes. */
  readonly waiting: number;
}

export type PhonesMessage =
  | { readonly confirmed: readonly (readonly [measuredAt: number, acknowledgedAt: number])[] }
  | { readonly counts: PhoneCounts };

export const countsRequest = { ask: 'counts' } as const;

export function isCountsRequest(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'ask' in message && message.ask === countsRequest.ask;
}

export function isPhonesMessage(message: unknown): message is PhonesMessage {
  return typeof message === 'object' && message !== null && ('confirmed' in message || 'counts' in message);
}
