import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UiccError } from '../errors.ts';
import { activationKey, decodeActivationCode, encodeActivationCode } from './activation-code.ts';

const seed = 20260115;
const code = {
  host: 'hospital.example',
  port: 8443,
  administrationId: '0123456789abcdef',
  secret: Uint8Array.from({ length: 16 }, (_, i) => i * 16),
};

describe('an activation code', () => {
  test('is read back however a person types it', () => {
    const text = encodeActivationCode(code);
    expect(text).toMatch(/^VS1-(?:[0-9A-HJKMNP-TV-Z]{5}-)+[0-9A-HJKMNP-TV-Z]{1,5}$/);
    const typed = [text, text.toLowerCase(), text.replace(/-/g, ' '), text.replace(/0/g, 'o').replace(/1/g, 'l')];
    for (const one of typed) expect(decodeActivationCode(one)).toEqual(code);
  });

  test('is read back for every host, port and secret', () => {
    const any = fc.record({
      host: fc.oneof(
        fc.domain().filter((name) => name.length <= 100),
        fc.ipV4(),
        fc.constant('::1'),
      ),
      port: fc.integer({ min: 1, max: 65535 }),
      administrationId: fc.stringMatching(/^[0-9a-f]{16}$/),
      secret: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Uint8Array(bytes)),
    });
    fc.assert(
      fc.property(any, (one) => {
        expect(decodeActivationCode(encodeActivationCode(one))).toEqual(one);
      }),
      { seed },
    );
  });

  test('with any one character wrong, or two swapped, is refused', () => {
    const text = encodeActivationCode(code);
    for (let at = 4; at < text.length; at++) {
      if (text[at] === '-') continue;
      const other = text[at] === 'A' ? 'B' : 'A';
      expect(() => decodeActivationCode(text.slice(0, at) + other + text.slice(at + 1))).toThrow(UiccError);
      const swapped = text.slice(0, at - 1) + text[at] + text[at - 1] + text.slice(at + 1);
      if (swapped.replace(/-/g, '') !== text.replace(/-/g, '')) {
        expect(() => decodeActivationCode(swapped)).toThrow(UiccError);
      }
    }
  });

  test('of any other text is refused with its code', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), fc.boolean(), (text, prefixed) => {
        expect(() => decodeActivationCode(prefixed ? `VS1-${text}` : text)).toThrow(
          expect.objectContaining({ code: 'activation-code-malformed' }),
        );
      }),
      { seed, numRuns: 1000 },
    );
  });

  test('makes one key for one card', async () => {
    const key = await activationKey(code);
    expect(key).toHaveLength(32);
    expect(await activationKey(decodeActivationCode(encodeActivationCode(code)))).toEqual(key);
    expect(await activationKey({ ...code, administrationId: 'fedcba9876543210' })).not.toEqual(key);
  });
});
