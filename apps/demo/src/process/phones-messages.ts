// What the phones' process and its supervisor tell each other.

/** Of one phone. */
export interface PhoneCounts {
  /** Readings whose acknowledgement by the hospital its element has opened, each once. */
  readonly acknowledged: number;
  /** Readings the hospital refused for good. */
  readonly refused: number;
  /** Readings in the outbox. */
  readonly waiting: number;
}

export type PhonesMessage =
  | { readonly confirmed: readonly (readonly [measuredAt: number, acknowledgedAt: number])[] }
  | {
      /** In the order of the phones. */
      readonly counts: readonly PhoneCounts[];
    };

export const countsRequest = { ask: 'counts' } as const;

export function isCountsRequest(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'ask' in message && message.ask === countsRequest.ask;
}

export function isPhonesMessage(message: unknown): message is PhonesMessage {
  return typeof message === 'object' && message !== null && ('confirmed' in message || 'counts' in message);
}
