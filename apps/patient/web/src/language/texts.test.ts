// Every language says everything, with the same things filled in, and counts as its own rules ask.
import { expect, test } from 'vitest';
import { arabic } from './texts/arabic.ts';
import { english } from './texts/english.ts';
import { spanish } from './texts/spanish.ts';

type Tree = { readonly [key: string]: string | Tree };

function flat(tree: Tree, path = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[path + key, value] as const] : [...flat(value, `${path}${key}.`)],
    ),
  );
}

const plural = /_(zero|one|two|few|many|other)$/;
const texts = { en: flat(english), es: flat(spanish), ar: flat(arabic) };
const plain = (map: Map<string, string>) => [...map.keys()].filter((key) => !plural.test(key)).sort();
const counted = (map: Map<string, string>) =>
  [...new Set([...map.keys()].filter((key) => plural.test(key)).map((key) => key.replace(plural, '')))].sort();
const filledIn = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

test.each(['es', 'ar'] as const)('%s has each text of English and no other', (language) => {
  expect(plain(texts[language])).toEqual(plain(texts.en));
  expect(counted(texts[language])).toEqual(counted(texts.en));
});

test.each(['es', 'ar'] as const)('%s fills in what English fills in', (language) => {
  for (const key of plain(texts.en)) {
    expect(filledIn(texts[language].get(key) ?? ''), key).toEqual(filledIn(texts.en.get(key) ?? ''));
  }
});

test.each(['en', 'es', 'ar'] as const)('%s counts in each form that its plural rules have', (language) => {
  const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
  for (const key of counted(texts[language])) {
    for (const category of pluralCategories) {
      const text = texts[language].get(`${key}_${category}`);
      expect(text, `${key}_${category}`).toBeTruthy();
      // "One" and "two" may say the number in a word; the others name any number, and so have to show it.
      if (!['zero', 'one', 'two'].includes(category)) expect(filledIn(text ?? ''), key).toContain('count');
    }
  }
});

test.each(['es', 'ar'] as const)('%s leaves nothing in English', (language) => {
  const names = new Set(['product', 'pin.label', 'kind.spo2.unit', 'kind.weight.unit', 'kind.pressure.unit']);
  const same = plain(texts.en).filter((key) => {
    const text = texts.en.get(key) ?? '';
    return text.length > 3 && !names.has(key) && texts[language].get(key) === text;
  });
  // The same word in both.
  expect(
    same.filter((key) => !['today.links.sensor', 'today.links.hospital', 'settings.hospital'].includes(key)),
  ).toEqual([]);
});

test('Arabic is written in Arabic letters', () => {
  for (const [key, text] of texts.ar) {
    if (key !== 'product' && /\p{L}{2,}/u.test(text.replace(/\{\{\w+\}\}/g, ''))) {
      expect(text, key).toMatch(/\p{Script=Arabic}/u);
    }
  }
});
