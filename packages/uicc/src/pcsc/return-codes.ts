// PC/SC's return codes (pcsclite.h), by name, and what each means to somebody who holds a card.

import { UiccError, type UiccErrorCode } from '../errors.ts';

interface ReturnCode {
  readonly name: string;
  /** Our code, where the cause is one that a caller can act upon. */
  readonly code?: UiccErrorCode;
}

const gone = 'card-gone';
const unreachable = 'pcsc-unreachable';
const noReader = 'reader-not-found';

const returnCodes: ReadonlyMap<number, ReturnCode> = new Map([
  [0x80100001, { name: 'SCARD_F_INTERNAL_ERROR' }],
  [0x80100002, { name: 'SCARD_E_CANCELLED' }],
  [0x80100003, { name: 'SCARD_E_INVALID_HANDLE', code: gone }],
  [0x80100004, { name: 'SCARD_E_INVALID_PARAMETER' }],
  [0x80100006, { name: 'SCARD_E_NO_MEMORY' }],
  [0x80100008, { name: 'SCARD_E_INSUFFICIENT_BUFFER' }],
  [0x80100009, { name: 'SCARD_E_UNKNOWN_READER', code: noReader }],
  [0x8010000a, { name: 'SCARD_E_TIMEOUT' }],
  [0x8010000b, { name: 'SCARD_E_SHARING_VIOLATION', code: 'card-in-use' }],
  [0x8010000c, { name: 'SCARD_E_NO_SMARTCARD', code: gone }],
  [0x8010000f, { name: 'SCARD_E_PROTO_MISMATCH' }],
  [0x80100011, { name: 'SCARD_E_INVALID_VALUE' }],
  // What pcscd says when the driver lost the card in the middle of a command.
  [0x80100016, { name: 'SCARD_E_NOT_TRANSACTED', code: gone }],
  [0x80100017, { name: 'SCARD_E_READER_UNAVAILABLE', code: noReader }],
  [0x8010001d, { name: 'SCARD_E_NO_SERVICE', code: unreachable }],
  [0x8010001e, { name: 'SCARD_E_SERVICE_STOPPED', code: unreachable }],
  [0x8010002e, { name: 'SCARD_E_NO_READERS_AVAILABLE', code: noReader }],
  [0x8010002f, { name: 'SCARD_E_COMM_DATA_LOST', code: gone }],
  [0x80100065, { name: 'SCARD_W_UNSUPPORTED_CARD' }],
  [0x80100066, { name: 'SCARD_W_UNRESPONSIVE_CARD', code: gone }],
  [0x80100067, { name: 'SCARD_W_UNPOWERED_CARD', code: gone }],
  // Another program reset it: whatever was selected and verified is over, as if it had been pulled.
  [0x80100068, { name: 'SCARD_W_RESET_CARD', code: gone }],
  [0x80100069, { name: 'SCARD_W_REMOVED_CARD', code: gone }],
  [0x8010006a, { name: 'SCARD_W_SECURITY_VIOLATION', code: 'pcsc-denied' }],
]);

const meanings: Readonly<Partial<Record<UiccErrorCode, string>>> = {
  'card-gone': 'expected the card to be in the reader still',
  'card-in-use': 'expected a card that no other program is using',
  'reader-not-found': 'expected a reader that is there',
  'pcsc-unreachable': 'expected pcscd to serve',
  'pcsc-denied': 'expected pcscd to let this user at its cards',
};

/** @throws UiccError unless `value` is SCARD_S_SUCCESS */
export function requireSuccess(value: number, doing: string): void {
  if (value !== 0) throw returnCodeError(value, doing);
}

export function returnCodeError(value: number, doing: string): UiccError {
  const { name, code = 'pcsc-failed' }: ReturnCode = returnCodes.get(value) ?? { name: `0x${value.toString(16)}` };
  return new UiccError(code, `${meanings[code] ?? 'expected PC/SC to do as asked'} (${doing}: ${name})`);
}
