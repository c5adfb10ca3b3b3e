// Why the app did not do what it was asked: a code that a screen finds words for, its own or that of the card.

export class PhoneError extends Error {
  override readonly name = 'PhoneError';
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

export function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : 'unexpected';
}
