// Every refusal at the interface of UICC and terminal. A caller branches on `code`, never on the text.

/** Each code a `UiccError` may carry; docs/errors.md lists the same. */
export const uiccErrorCodes = [
  // what a decoder refuses
  'apdu-malformed',
  'tlv-malformed',
  'toolkit-malformed',
  'administration-malformed',
  'activation-code-malformed',
  'access-rules-malformed',
  // what a card or the way to it does
  'card-gone',
  'card-refused',
  'pcsc-unreachable',
  'pcsc-denied',
  'pcsc-failed',
  'reader-not-found',
  'vpcd-unreachable',
  'vpcd-slot-taken',
  'card-in-use',
  'card-message-malformed',
] as const;

export type UiccErrorCode = (typeof uiccErrorCodes)[number];

export class UiccError extends Error {
  override readonly name = 'UiccError';
  readonly code: UiccErrorCode;

  constructor(code: UiccErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
