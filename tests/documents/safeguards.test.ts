// docs/hipaa.md and docs/threats.md promise nothing without a test: every row names one that exists, by its file and, where it
// says so, by its name.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Row {
  readonly text: string;
  readonly cells: readonly string[];
}

function rowsOf(page: string): Row[] {
  const lines = readFileSync(`${root}/docs/${page}`, 'utf8').split('\n');
  return lines
    .filter(
      (line, at) => line.startsWith('| ') && !(lines[at + 1] ?? '').startsWith('| ---') && !line.startsWith('| ---'),
    )
    .map((text) => ({
      text,
      cells: text
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    }));
}

interface Named {
  readonly path: string;
  readonly name: string | undefined;
}

function testsOf({ cells }: Row): Named[] {
  const found = (cells.at(-1) ?? '').matchAll(/`([^`]+\.test\.ts)`(?: "([^"]+)")?/g);
  return [...found].map(([, path = '', name]) => ({ path, name }));
}

describe.each([
  ['hipaa.md', 12],
  ['threats.md', 60],
])('%s', (page, least) => {
  const rows = rowsOf(page);

  test('every row names a test that exists', () => {
    expect(rows.length).toBeGreaterThanOrEqual(least);
    for (const row of rows) {
      const tests = testsOf(row);
      expect.soft(tests.length, row.text).toBeGreaterThan(0);
      for (const { path, name } of tests) {
        expect.soft(existsSync(`${root}/${path}`), path).toBe(true);
        if (name === undefined || !existsSync(`${root}/${path}`)) continue;
        expect.soft(readFileSync(`${root}/${path}`, 'utf8').includes(name), `${path}: "${name}"`).toBe(true);
      }
    }
  });

  test('no row is left open', () => {
    for (const { cells, text } of rows) for (const cell of cells) expect.soft(cell, text).not.toBe('');
  });
});

test('docs/hipaa.md has every standard and specification of 45 CFR 164.312', () => {
  const cited = rowsOf('hipaa.md').map(({ cells }) => cells[0]);
  expect(cited).toEqual([
    ...['(a)(1)', '(a)(2)(i)', '(a)(2)(ii)', '(a)(2)(iii)', '(a)(2)(iv)', '(b)', '(c)(1)', '(c)(2)', '(d)'],
    ...['(e)(1)', '(e)(2)(i)', '(e)(2)(ii)'],
  ]);
});

test('docs/threats.md has all of STRIDE at each entry point that carries data of patients, and three causes of the worst hazard', () => {
  const threats = rowsOf('threats.md').filter(({ cells }) => cells.length === 5);
  const letters = new Map<string, string>();
  for (const { cells } of threats) {
    const [entry = '', letter = ''] = cells;
    letters.set(entry, (letters.get(entry) ?? '') + letter);
  }
  for (const [entry, all] of letters) expect.soft(all, entry).toMatch(/^S?T?R?I?D?E?$|^TSI$/);
  const whole = [...letters].filter(([, all]) => all === 'STRIDE').map(([entry]) => entry);
  expect(whole).toHaveLength(7);
  const hazards = rowsOf('threats.md').filter(({ cells }) => cells.length === 4);
  expect(hazards.filter(({ cells }) => cells[0] === 'A deteriorating patient is not noticed').length).toBeGreaterThan(
    2,
  );
});
