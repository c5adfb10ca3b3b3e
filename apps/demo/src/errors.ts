// The one error class of the demo and the one list its codes come from.
export const demoErrorCodes = [
  'demo-file',
  'demo-interrupted',
  'demo-option',
  'demo-pages-missing',
  'demo-process-failed',
  'demo-stalled',
] as const;

export type DemoErrorCode = (typeof demoErrorCodes)[number];

export class DemoError extends Error {
  override readonly name = 'DemoError';
  readonly code: DemoErrorCode;

  constructor(code: DemoErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
