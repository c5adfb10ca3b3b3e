// Every refusal of the link. A link is closed by the first one; nothing that travelled on it is lost by that, because
// the sensor keeps each record until its sealed acknowledgement.

/** Each code a `SensorLinkError` may carry; docs/errors.md lists the same. */
export const sensorLinkErrorCodes = ['link-unreachable', 'link-malformed', 'link-overrun'] as const;

export type SensorLinkErrorCode = (typeof sensorLinkErrorCodes)[number];

export class SensorLinkError extends Error {
  override readonly name = 'SensorLinkError';
  readonly code: SensorLinkErrorCode;

  constructor(code: SensorLinkErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
