// docs/paper-map.md leads somewhere: every path it names exists, every row of the paper has code or test behind it, and
// every attack has its row.

import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}/docs/paper-map.md`, 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (---|paper|what) \|/.test(line));

const pathsIn = (text: string): string[] =>
  [...text.matchAll(/`((?:apps|packages|tests|docs|benchmarks|scripts)\/[^`]+)`/g)].map(([, path = '']) => path);

test('every path exists', () => {
  const paths = pathsIn(page);
  expect(paths.length).toBeGreaterThan(100);
  expect(paths.filter((path) => !existsSync(`${root}/${path}`))).toEqual([]);
});

test('every row names a test', () => {
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((row) => !pathsIn(row).some((path) => path.endsWith('.test.ts')))).toEqual([]);
});

test('what a row calls a test is one, and what it calls code is not', () => {
  for (const row of rows) {
    const cells = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const tests = pathsIn(cells.at(-2) ?? '');
    expect.soft(tests.length, row).toBeGreaterThan(0);
    for (const path of tests) expect.soft(path).toMatch(/\.test\.ts$/);
    for (const path of pathsIn(cells.slice(0, -2).join(' '))) {
      expect
        .soft(statSync(`${root}/${path}`, { throwIfNoEntry: false })?.isDirectory() || !/\.test\.ts$/.test(path))
        .toBe(true);
    }
  }
});

test('every attack of tests/attacks has its row, and every row of Table II its file', () => {
  const [, table = ''] = /## Table II[^\n]*\n([\s\S]*?)\n## /.exec(page) ?? [];
  const files = globSync('tests/attacks/*.test.ts', { cwd: root }).toSorted();
  expect(files.length).toBeGreaterThan(13);
  expect([...new Set(pathsIn(table))].toSorted()).toEqual(files);
});

test('what is not built is said in the same two words everywhere', () => {
  for (const [sentence] of page.matchAll(/[^.|]*\bnot (?:yet )?(?:built|implemented|there)\b[^.|]*/gi)) {
    expect.soft(sentence).toMatch(/Not built yet|not built yet/);
  }
});
