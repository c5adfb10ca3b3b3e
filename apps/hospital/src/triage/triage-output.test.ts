import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { writeLines } from './triage-output.ts';

async function* endless(seen: { lines: number }): AsyncGenerator<string> {
  for (;;) {
    seen.lines += 1;
    yield 'x'.repeat(1000);
  }
}

function failing(code: string, after: number): Writable {
  let writes = 0;
  return new Writable({
    write(_chunk, _encoding, done) {
      writes += 1;
      done(writes > after ? Object.assign(new Error('write'), { code }) : null);
    },
  });
}

test('a closed pipe stops the source quietly', async () => {
  const seen = { lines: 0 };
  await writeLines(endless(seen), failing('EPIPE', 2));
  expect(seen.lines).toBeLessThan(1000);
});

test('another failure of the output is not hidden', async () => {
  await expect(writeLines(endless({ lines: 0 }), failing('ENOSPC', 2))).rejects.toThrow('write');
});

test('a slow output holds the source back', async () => {
  const seen = { lines: 0 };
  const slow = new Writable({ highWaterMark: 1, write: () => undefined });
  void writeLines(endless(seen), slow);
  for (let turn = 0; turn < 1000; turn += 1) await Promise.resolve();
  expect(seen.lines).toBeLessThan(100);
});

test('the last lines are written before it is done', async () => {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      setImmediate(done);
    },
  });
  async function* two() {
    yield 'a';
    yield 'b';
  }
  await writeLines(two(), stream);
  expect(written.join('')).toBe('a\nb\n');
});
