import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordingError } from '../errors.ts';
import { parseRecording } from './parse-recording.ts';
import { readRecording } from './read-recording.ts';
import type { RecordingRow } from './row.ts';

const file = 'fuzz.csv';

async function collect(chunks: Iterable<Uint8Array | string>): Promise<RecordingRow[] | string> {
  const rows: RecordingRow[] = [];
  try {
    for await (const row of readRecording(Readable.from(chunks), { file })) rows.push(row);
    return rows;
  } catch (error) {
    if (error instanceof RecordingError) return error.code;
    throw error;
  }
}

function parsed(bytes: Uint8Array): RecordingRow[] | string {
  try {
    return parseRecording(bytes, { file });
  } catch (error) {
    if (error instanceof RecordingError) return error.code;
    throw error;
  }
}

function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let start = 0;
  for (let index = 0; start < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    yield bytes.subarray(start, start + size);
    start += size;
  }
}

const cell = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('', '70', '36.6', '-1', 'nan', '0', '1', 'A', 'C') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('"', '""', '"7"', 'x', '\u00e9', '\ufeff', '\u0000', '1e999', ' ', '\r', "'"),
  },
);
const line = fc.array(cell, { minLength: 1, maxLength: 5 }).map((cells) => cells.join(','));
const text = fc
  .record({
    header: fc.constantFrom(
      'time_s,hr',
      'hour,patient,spo2',
      'hr,time_s,oxygen,consciousness',
      '',
      'time_s',
      'time_s,hr,hr',
      '"time_s",hr',
    ),
    lines: fc.array(line, { maxLength: 12 }),
    end: fc.constantFrom('\n', '\r\n', '\r'),
  })
  .map(({ header, lines, end }) => [header, ...lines].join(end));
const wellFormed = fc
  .record({
    rows: fc.array(fc.tuple(fc.nat(500), fc.constantFrom('70', '', '"71"', ' 72 ')), { minLength: 1, maxLength: 40 }),
    end: fc.constantFrom('\n', '\r\n'),
  })
  .map(({ rows, end }) => ['time_s,hr', ...rows.map(([, hr], index) => `${index},${hr}`)].join(end));
const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 });

describe('a recording read in pieces', () => {
  test('is the same as read whole, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(wellFormed, sizes, async (csv, pieces) => {
        const bytes = Buffer.from(csv);
        expect(await collect(cut(bytes, pieces))).toEqual(parsed(bytes));
      }),
      { seed: 31, numRuns: 200 },
    );
  });

  test('is refused with a code or understood, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(text, sizes, async (csv, pieces) => {
        const bytes = Buffer.from(csv);
        const whole = parsed(bytes);
        const streamed = await collect(cut(bytes, pieces));
        // Of two mistakes in one file the one that is found first may differ.
        if (typeof whole === 'string') expect(streamed).toBeTypeOf('string');
        else expect(streamed).toEqual(whole);
      }),
      { seed: 32, numRuns: 600 },
    );
  });

  test('bytes of any kind are refused with a code or understood', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        const bytes = Buffer.concat([Buffer.from('time_s,hr\n0,70\n'), noise]);
        const whole = parsed(bytes);
        if (typeof whole !== 'string') expect(await collect([bytes])).toEqual(whole);
      }),
      { seed: 33, numRuns: 600 },
    );
  });

  test('a file far larger than any buffer comes out row by row', async () => {
    const count = 200_000;
    function* huge() {
      yield 'time_s,hr\n';
      for (let start = 0; start < count; start += 1000) {
        yield Array.from({ length: 1000 }, (_, index) => `${start + index},70\n`).join('');
      }
    }
    let seen = 0;
    let last = -1;
    for await (const row of readRecording(Readable.from(huge()), { file })) {
      seen += 1;
      last = row.timeS;
    }
    expect([seen, last]).toEqual([count, count - 1]);
  });

  test('a reader that has seen enough closes the file', async () => {
    const source = Readable.from(
      (function* () {
        yield 'time_s,hr\n';
        for (let index = 0; ; index += 1) yield `${index},70\n`;
      })(),
    );
    for await (const row of readRecording(source, { file })) {
      if (row.timeS === 10) break;
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(source.destroyed).toBe(true);
  });

  test('a source that fails passes its failure on', async () => {
    const failing = (async function* () {
      yield 'time_s,hr\n0,70\n';
      throw new Error('the disk is gone');
    })();
    const rows = readRecording(failing, { file });
    await expect(
      (async () => {
        for await (const _row of rows);
      })(),
    ).rejects.toThrow('the disk is gone');
  });
});
