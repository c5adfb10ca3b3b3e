// Instruction bytes: ISO 7816-4, TS 102 221 section 10.1.2 (the toolkit's, class 80), GlobalPlatform Card Specification.

export const instructions = {
  verify: 0x20,
  manageChannel: 0x70,
  changeReferenceData: 0x24,
  resetRetryCounter: 0x2c,
  generateAsymmetricKeyPair: 0x47,
  select: 0xa4,
  getResponse: 0xc0,
  getData: 0xca,
  putData: 0xda,
  // TS 102 221
  terminalProfile: 0x10,
  fetch: 0x12,
  terminalResponse: 0x14,
  envelope: 0xc2,
  status: 0xf2,
  // GlobalPlatform
  putKey: 0xd8,
  storeData: 0xe2,
  install: 0xe6,
  load: 0xe8,
  setStatus: 0xf0,
} as const;

/**
 * P2 of a FETCH by which a terminal of ours says that it follows 61XX with GET RESPONSE (ISO 7816-4, 5.3.4), so that a
 * command may be longer than its short APDUs. TS 102 221 knows P2 = 00 alone: cards of others refuse it.
 */
export const fetchInParts = 0x01;
