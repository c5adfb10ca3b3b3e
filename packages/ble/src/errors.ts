// What can go wrong on the radio, by code.

export const bleErrorCodes = [
  /** No adapter, or one that does not answer. */
  'radio-unavailable',
  /** The adapter is there, and this program may not have it. */
  'radio-not-permitted',
  /** Somebody else has the adapter. */
  'radio-in-use',
  /** The other end went out of range or let go. */
  'radio-disconnected',
  /** The other end has no such service or characteristic, or refused what was asked of it. */
  'gatt-refused',
  /** A value that a characteristic carried is not what its service says. */
  'gatt-malformed',
  /** A browser's: the person has taken back that the page may use it. */
  'device-forgotten',
] as const;
export type BleErrorCode = (typeof bleErrorCodes)[number];

export class BleError extends Error {
  readonly code: BleErrorCode;

  constructor(code: BleErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BleError';
    this.code = code;
  }
}
