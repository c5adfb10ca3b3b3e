// Every refusal of the sensor. No message holds a key, a person's identifier or a reading.

/** Each code a `SensorError` may carry; docs/errors.md lists the same. */
export const sensorErrorCodes = [
  'sensor-not-enrolled',
  'sensor-already-enrolled',
  'sensor-role-expected',
  'sensor-option-invalid',
  'sensor-recording-unreadable',
  'sensor-recording-patient',
  'sensor-script-invalid',
  'sensor-phone-not-bonded',
  'sensor-bonded-elsewhere',
  'sensor-handshake-unanswered',
  'sensor-phone-silent',
  'sensor-memory-full',
] as const;

export type SensorErrorCode = (typeof sensorErrorCodes)[number];

export class SensorError extends Error {
  override readonly name = 'SensorError';
  readonly code: SensorErrorCode;

  constructor(code: SensorErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Of its cause where a credential was refused: that says why. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  if (code === 'credential-refused' && error.cause) return codeOf(error.cause);
  return typeof code === 'string' ? code : undefined;
}
