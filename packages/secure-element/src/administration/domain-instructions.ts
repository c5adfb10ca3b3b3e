// Instructions of the issuer security domain that no standard has: the phone's errands at the card's administration.

export const domainInstructions = {
  activate: 0x32,
  putAddress: 0x34,
  administer: 0x36,
} as const;

/** GET DATA: how administration stands, for the phone. */
export const standingTag = 0xbf32;
