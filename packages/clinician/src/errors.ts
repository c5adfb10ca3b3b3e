// Every way in which the doctor's or the crew's device can fail, as a stable code.
export const clinicianErrorCodes = [
  'link-malformed',
  'link-for-another-role',
  'root-not-pinned',
  'enrolment-refused',
  'not-enrolled',
  'certificate-expired',
  'key-store-unavailable',
  'passkey-unavailable',
  'passkey-declined',
  'passkey-known',
  'sign-in-refused',
  'hospital-unreachable',
  'hospital-busy',
  'hospital-refused',
  'handshake-failed',
  'hospital-not-trusted',
  'channel-closed',
  'stream-malformed',
  'stream-silent',
  'stream-ended',
  'record-not-opened',
  'record-replayed',
  'message-not-understood',
  'alarm-not-opened',
  'request-refused',
] as const;

export type ClinicianErrorCode = (typeof clinicianErrorCodes)[number];

export class ClinicianError extends Error {
  readonly code: ClinicianErrorCode;

  constructor(code: ClinicianErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ClinicianError';
    this.code = code;
  }
}

/** The hospital's own word where it refused, and our code otherwise. */
export function reasonOf(error: unknown): string {
  if (error instanceof ClinicianError && (error.code === 'request-refused' || error.code === 'sign-in-refused')) {
    const reason = codeOf(error.cause);
    if (reason !== 'unexpected') return reason;
  }
  return codeOf(error);
}

/** The stable code of any error of ours, or 'unexpected': for a count or a page, where a text would say too much. */
export function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return 'unexpected';
}
