// The one error class of this package, and the one list its codes come from (docs/errors.md is held equal to it).

export const clinicalErrorCodes = [
  'alarm-event-refused',
  'alarm-time-invalid',
  'policy-duplicate',
  'policy-missing',
  'policy-out-of-range',
  'policy-type',
  'policy-unevaluable',
  'policy-unknown-key',
  'reading-time-invalid',
] as const;

export type ClinicalErrorCode = (typeof clinicalErrorCodes)[number];

export class ClinicalError extends Error {
  override readonly name: string = 'ClinicalError';
  readonly code: ClinicalErrorCode;

  constructor(code: ClinicalErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type PolicyErrorCode = Extract<ClinicalErrorCode, `policy-${string}`>;

/** A policy that is refused: where in it (`rules[2].persistence.of`) and why. */
export class PolicyError extends ClinicalError {
  override readonly name = 'PolicyError';
  declare readonly code: PolicyErrorCode;
  readonly path: string;
  readonly reason: string;

  constructor(code: PolicyErrorCode, path: string, reason: string) {
    super(code, path === '' ? `policy: ${reason}` : `policy ${path}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}
