// Every refusal of the card as a process. What the card itself refuses carries the codes of the secure element, and what
// the PC/SC stack refuses those of the card's interface.

/** Each code a `CardAppError` may carry; docs/errors.md lists the same. */
export const cardAppErrorCodes = ['card-option-invalid'] as const;

export type CardAppErrorCode = (typeof cardAppErrorCodes)[number];

export class CardAppError extends Error {
  override readonly name = 'CardAppError';
  readonly code: CardAppErrorCode;

  constructor(code: CardAppErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
