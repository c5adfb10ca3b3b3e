// Status words: ISO 7816-4 section 5.6, and those that TS 102 221 section 10.2.1 adds for the toolkit.

export const statusWords = {
  ok: 0x9000,
  toolkitBusy: 0x9300,
  unchanged: 0x6200,
  endOfFile: 0x6282,
  selectedFileInvalidated: 0x6283,
  terminated: 0x6285,
  moreData: 0x6310,
  executionError: 0x6400,
  memoryFailure: 0x6581,
  wrongLength: 0x6700,
  channelNotSupported: 0x6881,
  secureMessagingNotSupported: 0x6882,
  lastOfChainExpected: 0x6883,
  chainingNotSupported: 0x6884,
  commandNotAllowed: 0x6900,
  securityStatusNotSatisfied: 0x6982,
  authenticationBlocked: 0x6983,
  referenceDataUnusable: 0x6984,
  conditionsNotSatisfied: 0x6985,
  wrongData: 0x6a80,
  functionNotSupported: 0x6a81,
  notFound: 0x6a82,
  notEnoughMemory: 0x6a84,
  lengthInconsistent: 0x6a85,
  wrongParameters: 0x6a86,
  lengthInconsistentWithParameters: 0x6a87,
  referenceNotFound: 0x6a88,
  alreadyExists: 0x6a89,
  parametersOutOfRange: 0x6b00,
  instructionNotSupported: 0x6d00,
  classNotSupported: 0x6e00,
  unknownError: 0x6f00,
} as const;

export type StatusWord = (typeof statusWords)[keyof typeof statusWords];

const names = new Map<number, string>(Object.entries(statusWords).map(([name, status]) => [status, name]));

/** 61XX: that many octets of response data wait for GET RESPONSE (256 for 6100). */
export function dataWaiting(status: number): number | undefined {
  return status >> 8 === 0x61 ? status & 0xff || 256 : undefined;
}

/** 6CXX: the same command with this Le (256 for 6C00). */
export function rightLe(status: number): number | undefined {
  return status >> 8 === 0x6c ? status & 0xff || 256 : undefined;
}

/** 63CX: how often a secret may still be tried. */
export function retriesLeft(status: number): number | undefined {
  return status >> 4 === 0x63c ? status & 0x0f : undefined;
}

/** 91XX: the command was done, and a proactive command of that length waits for FETCH (256 for 9100). */
export function proactiveCommandWaiting(status: number): number | undefined {
  return status >> 8 === 0x91 ? status & 0xff || 256 : undefined;
}

/** Done, with or without a proactive command waiting. */
export function isDone(status: number): boolean {
  return status === statusWords.ok || status >> 8 === 0x91;
}

/** A word for a person: the status in hexadecimal, and its name where it has one. */
export function statusName(status: number): string {
  const hex = status.toString(16).padStart(4, '0');
  const name = names.get(status) ?? namedFamily(status);
  return name === undefined ? hex : `${hex} ${name}`;
}

function namedFamily(status: number): string | undefined {
  if (dataWaiting(status) !== undefined) return 'dataWaiting';
  if (rightLe(status) !== undefined) return 'wrongLe';
  if (retriesLeft(status) !== undefined) return 'retriesLeft';
  if (proactiveCommandWaiting(status) !== undefined) return 'proactiveCommandWaiting';
  return undefined;
}
