// The one interface of every card: in this process, in a Worker, in a reader on the PC/SC stack, or of plastic.

/** Bytes of its own buffer; the same shape as the protocol's. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** ISO 7816-3: reset, and one command and its response at a time. */
export interface Card {
  /** Answer to reset. */
  readonly atr: Bytes;
  /** A warm reset: whatever was selected, verified or under way in the card is over; what it keeps, it keeps. */
  reset(): Promise<void>;
  /**
   * @param apdu one command APDU @returns the response APDU: data, and the two bytes of the status word
   * @throws UiccError `card-gone` when there is no card any more
   */
  transmit(apdu: Bytes): Promise<Bytes>;
}
