// TPM_RC, TPM 2.0 Library Part 2 section 6.6: response codes by name. A format-one code carries beside its number which
// handle, session or parameter it is about; that is part of the text here, not of the name.

const version1: Readonly<Record<number, string>> = {
  256: 'INITIALIZE',
  257: 'FAILURE',
  259: 'SEQUENCE',
  267: 'PRIVATE',
  281: 'HMAC',
  288: 'DISABLED',
  289: 'EXCLUSIVE',
  292: 'AUTH_TYPE',
  293: 'AUTH_MISSING',
  294: 'POLICY',
  295: 'PCR',
  296: 'PCR_CHANGED',
  301: 'UPGRADE',
  302: 'TOO_MANY_CONTEXTS',
  303: 'AUTH_UNAVAILABLE',
  304: 'REBOOT',
  305: 'UNBALANCED',
  322: 'COMMAND_SIZE',
  323: 'COMMAND_CODE',
  324: 'AUTHSIZE',
  325: 'AUTH_CONTEXT',
  326: 'NV_RANGE',
  327: 'NV_SIZE',
  328: 'NV_LOCKED',
  329: 'NV_AUTHORIZATION',
  330: 'NV_UNINITIALIZED',
  331: 'NV_SPACE',
  332: 'NV_DEFINED',
  336: 'BAD_CONTEXT',
  337: 'CPHASH',
  338: 'PARENT',
  339: 'NEEDS_TEST',
  340: 'NO_RESULT',
  341: 'SENSITIVE',
};

const warnings: Readonly<Record<number, string>> = {
  2305: 'CONTEXT_GAP',
  2306: 'OBJECT_MEMORY',
  2307: 'SESSION_MEMORY',
  2308: 'MEMORY',
  2309: 'SESSION_HANDLES',
  2310: 'OBJECT_HANDLES',
  2311: 'LOCALITY',
  2312: 'YIELDED',
  2313: 'CANCELED',
  2314: 'TESTING',
  2320: 'REFERENCE_H0',
  2321: 'REFERENCE_H1',
  2322: 'REFERENCE_H2',
  2328: 'REFERENCE_S0',
  2329: 'REFERENCE_S1',
  2330: 'REFERENCE_S2',
  2336: 'NV_RATE',
  2337: 'LOCKOUT',
  2338: 'RETRY',
  2339: 'NV_UNAVAILABLE',
};

const format1: readonly (string | undefined)[] = [
  undefined,
  'ASYMMETRIC',
  'ATTRIBUTES',
  'HASH',
  'VALUE',
  'HIERARCHY',
  undefined,
  'KEY_SIZE',
  'MGF',
  'MODE',
  'TYPE',
  'HANDLE',
  'KDF',
  'RANGE',
  'AUTH_FAIL',
  'NONCE',
  'PP',
  undefined,
  'SCHEME',
  undefined,
  undefined,
  'SIZE',
  'SYMMETRIC',
  'TAG',
  'SELECTOR',
  undefined,
  'INSUFFICIENT',
  'SIGNATURE',
  'KEY',
  'POLICY_FAIL',
  undefined,
  'INTEGRITY',
  'TICKET',
  'RESERVED_BITS',
  'BAD_AUTH',
  'EXPIRED',
  'POLICY_CC',
  'BINDING',
  'CURVE',
  'ECC_POINT',
];

/** @returns the name, such as `TPM_RC_LOCKOUT`; of a code that Part 2 does not have, `TPM_RC_0x…` */
export function responseCodeName(code: number): string {
  const name =
    (code & 0x80) !== 0 && (code & 0xfffff000) === 0
      ? format1[code & 0x3f]
      : (version1[code] ?? warnings[code] ?? undefined);
  return `TPM_RC_${name ?? `0x${code.toString(16)}`}`;
}

/** @returns what a format-one code is about (` of parameter 1`), or nothing */
export function responseCodeSubject(code: number): string {
  if ((code & 0x80) === 0) return '';
  const number = (code >> 8) & 0xf;
  if ((code & 0x40) !== 0) return ` of parameter ${number}`;
  if (number === 0) return '';
  return number >= 8 ? ` of session ${number - 8}` : ` of handle ${number}`;
}

const worthAnotherTry = new Set([
  'TPM_RC_RETRY',
  'TPM_RC_YIELDED',
  'TPM_RC_TESTING',
  'TPM_RC_CANCELED',
  'TPM_RC_NV_RATE',
]);

/** The TPM did nothing and asks for the same bytes again. */
export function asksAgain(rc: string): boolean {
  return worthAnotherTry.has(rc);
}
