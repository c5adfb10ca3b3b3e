import { describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { decodeErrorMessage, encodeErrorMessage, errorMessageFor } from './error-message.ts';

describe('an error message (RFC 9528 section 6)', () => {
  it.each([
    [{ kind: 'unspecified', text: 'no' }, '01626e6f'],
    [{ kind: 'wrong-cipher-suite', suites: [3] }, '0203'],
    [{ kind: 'wrong-cipher-suite', suites: [2, 3] }, '02820203'],
    [{ kind: 'unknown-credential' }, '03f5'],
  ] as const)('%j is %s', (message, hex) => {
    expect(bytesToHex(encodeErrorMessage(message))).toBe(hex);
    expect(decodeErrorMessage(hexToBytes(hex))).toEqual(message);
  });

  it.each(['', '00', '01', '0101', '0261', '028103', '03f4', '04f5', '0203f5', '20f5'])('%s is refused', (hex) => {
    expect(() => decodeErrorMessage(hexToBytes(hex))).toThrow(ProtocolError);
  });

  it('says nothing of the reason, except where the peer can mend it', () => {
    const secretive = ['authentication-failed', 'credential-refused', 'message-malformed'] as const;
    const messages = secretive.map((code) => bytesToHex(errorMessageFor(new ProtocolError(code, 'expected better'))));
    expect(new Set([...messages, bytesToHex(errorMessageFor(new TypeError('a bug')))]).size).toBe(1);
  });
});
