// The pages' colours against WCAG 2.2 AA: 4.5 to 1 for text, 3 to 1 for what only marks.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const sheet = readFileSync(
  fileURLToPath(new URL('../../packages/clinician/src/react/theme/tokens.css', import.meta.url)),
  'utf8',
);

function tokensOf(scheme: 'light' | 'dark'): Map<string, string> {
  const block = new RegExp(`color-scheme: ${scheme};([^}]*)}`).exec(sheet)?.[1] ?? '';
  return new Map(
    Array.from(block.matchAll(/--vs-([\w-]+): (#[0-9a-f]{6});/g), ([, name = '', colour = '']) => [name, colour]),
  );
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ['paper', 'surface', 'sunken'];
const texts = ['ink', 'ink-2', 'ink-3'];
const washes = ['high-wash', 'medium-wash', 'low-wash', 'accent-wash'];

const pairs: readonly (readonly [text: string, ground: string, least: number])[] = [
  ...grounds.flatMap((ground) => texts.map((text) => [text, ground, 4.5] as const)),
  ...washes.flatMap((ground) => ['ink', 'ink-2'].map((text) => [text, ground, 4.5] as const)),
  ...['1', '2', '3'].map((points) => [`points-${points}-ink`, `points-${points}`, 4.5] as const),
  ...['high', 'medium', 'low'].map((priority) => [`${priority}-ink`, priority, 4.5] as const),
  ['dead-ink', 'dead', 4.5],
  ['accent-ink', 'paper', 4.5],
  ['accent-ink', 'surface', 4.5],
  ['trace', 'surface', 4.5],
  ['trace-2', 'surface', 3],
  ['good', 'paper', 3],
  ['good', 'sunken', 3],
  ['high', 'surface', 3],
  ['high', 'sunken', 3],
  ['accent', 'surface', 3],
  ['high', 'paper', 3],
];

const white = '#ffffff';

for (const scheme of ['light', 'dark'] as const) {
  const tokens = tokensOf(scheme);
  test.each(pairs)(`${scheme}: %s on %s has a contrast of at least %d`, (text, ground, least) => {
    expect(contrast(tokens.get(text) ?? '', tokens.get(ground) ?? '')).toBeGreaterThanOrEqual(least);
  });

  test(`${scheme}: white on a filled button has a contrast of at least 4.5`, () => {
    expect(contrast(white, tokens.get('accent') ?? '')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(white, tokens.get('accent-hover') ?? '')).toBeGreaterThanOrEqual(4.5);
  });
}
