import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CertificateError } from '../errors.ts';
import { newActivationCode, normaliseActivationCode } from './activation-code.ts';
import { activationLink, parseActivationLink } from './activation-link.ts';

const identity = { role: 'doctor', id: 'd-4.x_y' } as const;
const rootFingerprint = 'ab'.repeat(32);

describe('an activation code', () => {
  it('has 140 bits in seven groups and never repeats', () => {
    const codes = Array.from({ length: 1000 }, newActivationCode);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('is read however a person types it', () => {
    const code = newActivationCode();
    const bare = code.replaceAll('-', '');
    const typed = [
      code,
      bare,
      code.toLowerCase(),
      code.replaceAll('-', ' '),
      bare.replaceAll('0', 'o').replaceAll('1', 'l'),
    ];
    for (const text of typed) expect(normaliseActivationCode(text)).toBe(bare);
  });

  it('is none with a character too few, too many, or not of the alphabet', () => {
    const code = newActivationCode();
    for (const text of ['', code.slice(1), `${code}0`, code.replace(/^./, 'U'), '0'.repeat(10_000)]) {
      expect(normaliseActivationCode(text)).toBeUndefined();
    }
  });
});

describe('an activation link', () => {
  it('brings address, identity, code and root, all in the fragment', () => {
    const code = newActivationCode();
    const link = activationLink({ url: 'https://127.0.0.1:8441/doctor/', identity, code, rootFingerprint });
    expect(new URL(link).search).toBe('');
    expect(new URL(link).pathname).toBe('/doctor/');
    const url = 'https://127.0.0.1:8441/doctor/';
    expect(parseActivationLink(link)).toEqual({ url, identity, code: code.replaceAll('-', ''), rootFingerprint });
  });

  it('is refused when anything is missing or wrong', () => {
    const code = newActivationCode();
    const link = activationLink({ url: 'https://localhost/', identity, code, rootFingerprint });
    const wrong = [
      '',
      'not a link',
      'https://localhost/',
      link.replace('https:', 'ftp:'),
      link.replace('doctor', 'nurse'),
      link.replace(code, code.slice(1)),
      link.replace(rootFingerprint, 'abcd'),
      link.replace('#', '?'),
      `${link}${'x'.repeat(3000)}`,
    ];
    for (const text of wrong) expect(() => parseActivationLink(text)).toThrow(CertificateError);
  });

  it('made of anything is read or refused, never anything else', () => {
    const link = activationLink({ url: 'https://localhost/', identity, code: newActivationCode(), rootFingerprint });
    const cut = fc
      .tuple(fc.nat({ max: link.length }), fc.string())
      .map(([at, text]) => link.slice(0, at) + text + link.slice(at));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ withFragments: true }), cut), (text) => {
        try {
          parseActivationLink(text);
        } catch (error) {
          expect(error).toBeInstanceOf(CertificateError);
        }
      }),
      { seed: 20260615, numRuns: 1000 },
    );
  });
});
