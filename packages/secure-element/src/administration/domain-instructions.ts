// Instructions of the issuer security domain that no standard has: the phone's errands at the card's administration.

export const domainInstructions = {
  activate: 0x32,
  putAddress: 0x34,
  administer: 0x36,
  /** Of a card that a page carries for. */
  takeRequest: 0x38,
  giveAnswer: 0x3a,
} as const;

/** GET DATA: how administration stands, for the phone. */
export const standingTag = 0xbf32;
