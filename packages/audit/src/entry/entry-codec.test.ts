import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64 } from '../base64.ts';
import { AuditError } from '../errors.ts';
import type { AuditEntry, Detail } from './entry.ts';
import { checkAct, decodeEntry, encodeEntry, entryLine } from './entry-codec.ts';
import { type AuditKind, auditKinds } from './kinds.ts';
import { readingsStored, storedReadings, storedRuns } from './readings-stored.ts';

const token = fc.stringMatching(/^[A-Za-z0-9._:+/=@-]{0,60}$/);
const detail: fc.Arbitrary<Detail> = fc.letrec<{ detail: Detail }>((tie) => ({
  detail: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    token,
    fc.maxSafeInteger().map((number) => (number === 0 ? 0 : number)),
    fc.boolean(),
    fc.array(tie('detail'), { maxLength: 4 }),
  ),
})).detail;

const entry: fc.Arbitrary<AuditEntry> = fc
  .record(
    {
      index: fc.maxSafeNat(),
      previous: fc.constantFrom('', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='),
      at: fc.maxSafeNat(),
      kind: fc.constantFrom(...(Object.keys(auditKinds) as AuditKind[])),
      actor: token,
      patient: token,
      refused: token,
      what: fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z]{0,10}$/), detail, { maxKeys: 5 }),
    },
    { requiredKeys: ['index', 'previous', 'at', 'kind', 'actor'] },
  )
  .map((made) => ({ ...made, ...(made.what === undefined ? {} : { what: { ...made.what } }) }));

describe('an entry', () => {
  test('is read as it was written, and has one form', () => {
    fc.assert(
      fc.property(entry, (made) => {
        const line = encodeEntry(made);
        expect(decodeEntry(line)).toEqual(made);
        // Another line of the same entry is none.
        expect(() => decodeEntry(line.replace('"n":', '"n": '))).toThrow(AuditError);
        expect(line).toMatch(/^[\x21-\x7e]+$/);
      }),
      { seed: 312, numRuns: 300 },
    );
  });

  test.each([
    ['a name with a blank', { what: { name: 'Jane Doe' } }],
    ['a fraction, as a measured value would be', { what: { value: 36.6 } }],
    ['nothing', { what: { value: null } }],
    ['an object within', { what: { place: { latitude: 52 } } }],
    ['a list that is too deep', { what: { list: [[[[[1]]]]] } }],
    ['a line break', { actor: 'a\nb' }],
    ['a quotation mark', { patient: '"' }],
    ['a member of a prototype', { what: JSON.parse('{"__proto__":"x"}') }],
    ['letters beyond ASCII', { actor: 'Ärztin' }],
    ['a number too large to be whole', { what: { number: 2 ** 53 } }],
  ])('refuses what is no token and no whole number: %s', (_what, change) => {
    const act = { kind: 'history-read', actor: 'a', ...(change as object) };
    expect(() => checkAct(act)).toThrowError(expect.objectContaining({ code: 'audit-act-refused' }));
    const line = JSON.stringify({ n: 0, prev: '', at: 1, ...act });
    expect(() => decodeEntry(line)).toThrowError(expect.objectContaining({ code: 'audit-malformed' }));
  });

  test('whatever is given is read or refused, and nothing else happens', () => {
    const honest = encodeEntry({
      index: 7,
      previous: '',
      at: 1,
      kind: 'history-read',
      actor: 'a',
      what: { from: [1, 'b'] },
    });
    fc.assert(
      fc.property(fc.nat(honest.length), fc.nat(honest.length), fc.string(), (from, to, put) => {
        for (const text of [put, honest.slice(0, from) + put + honest.slice(to)]) {
          try {
            expect(encodeEntry(decodeEntry(text))).toBe(text);
          } catch (error) {
            expect(error).toBeInstanceOf(AuditError);
          }
        }
      }),
      { seed: 45, numRuns: 1000 },
    );
  });
});

describe('the readings of a commit', () => {
  const count = fc.integer({ min: 0, max: 1_000_000 });
  const run = fc.record({
    stream: count,
    sequence: count,
    channel: fc.constant('00ff00ff00ff00ff'),
    record: count,
    digest: fc.constant('ZGlnZXN0'),
    hashes: fc.array(fc.uint8Array({ minLength: 16, maxLength: 16 }), { minLength: 1, maxLength: 30 }),
  });

  test('are read as they were written, in the one form of details', () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 4 }), (made) => {
        const runs = made.map(({ hashes, ...rest }) => ({
          ...rest,
          recordHashes: toBase64(Uint8Array.from(hashes.flatMap((hash) => [...hash]))),
        }));
        const entry = decodeEntry(entryLine({ index: 1, previous: '', at: 1 }, readingsStored('vitalseal', runs)));
        expect(storedRuns(entry)).toEqual(runs.map((each, at) => ({ ...each, count: made[at]?.hashes.length })));
        expect(storedReadings(entry)).toEqual(
          made.flatMap(({ stream, sequence, channel, record, hashes }) =>
            hashes.map((hash, at) => ({
              stream,
              sequence: sequence + at,
              channel,
              record: record + at,
              recordHash: toBase64(hash),
            })),
          ),
        );
      }),
      { seed: 77 },
    );
  });

  const hash = 'A'.repeat(22);
  test.each([
    ['no list', {}],
    ['a token for a list', { readings: 'none' }],
    ['no run', { readings: [1] }],
    ['a run without hashes', { readings: [[1, 2, 'a', 3, 'b']] }],
    ['a stream that is no number', { readings: [['1', 2, 'a', 3, 'b', `${hash}==`]] }],
    ['a hash that is cut', { readings: [[1, 2, 'a', 3, 'b', 'AAAA']] }],
    ['hashes that are no base64', { readings: [[1, 2, 'a', 3, 'b', `${hash}=A`]] }],
    ['hashes in other pieces', { readings: [[1, 2, 'a', 3, 'b', 'AAAA', `${hash.slice(4)}==`]] }],
  ])('that are none are refused: %s', (_what, what) => {
    const made = { index: 1, previous: '', at: 1, kind: 'readings-stored', actor: 'vitalseal', what: what as never };
    for (const read of [storedRuns, storedReadings]) {
      expect(() => read(made)).toThrowError(expect.objectContaining({ code: 'audit-malformed' }));
    }
  });
});
