// Every refusal of the secure element. The terminal in front of it branches on `code`, never on the text; the text
// never holds a key, a person's identifier or a reading.

/** Each code a `SecureElementError` may carry; docs/errors.md lists the same. */
export const secureElementErrorCodes = [
  // the order of the element's life: personalised, bonded, in a handshake, in service
  'element-not-personalised',
  'element-already-personalised',
  'element-locked',
  'certificate-mismatch',
  'handshake-needed',
  'handshake-out-of-order',
  'peer-not-bonded',
  'sensor-code-unknown',
  'bonds-full',
  // the patient's PIN, as the phone is told of it
  'pin-malformed',
  'pin-refused',
  'pin-blocked',
  'pin-not-set',
  // what comes in
  'answer-malformed',
  'acknowledgement-not-ours',
  'acknowledgement-replayed',
  'command-too-large',
  'measurement-missing',
  // the way to the hospital, from inside the card
  'time-unknown',
  'toolkit-ended',
  'terminal-refused',
  'link-failed',
  'hospital-unreachable',
  'hospital-untrusted',
  'hospital-busy',
  'hospital-refused',
  'hospital-unproved',
  'administration-failed',
  // what is kept
  'outbox-full',
  'storage-full',
  'storage-failed',
  'storage-in-use',
  'storage-sealed-by-another-key',
  'storage-malformed',
  'storage-lost',
  // the image of the MHA
  'image-damaged',
  'image-unfit',
  'image-revoked',
] as const;

export type SecureElementErrorCode = (typeof secureElementErrorCodes)[number];

export class SecureElementError extends Error {
  override readonly name = 'SecureElementError';
  readonly code: SecureElementErrorCode;

  constructor(code: SecureElementErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Of whatever was thrown, Node's errors too. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
