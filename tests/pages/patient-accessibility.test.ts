// Every screen of the patient's app, in every language: axe finds nothing of level A or AA, in light, dark and strong
// contrast; nothing is wider than 320 pixels, with the largest text neither; and a thumb hits what is to be pressed.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings } from './axe.fixture.ts';
import { Gallery, languages } from './gallery.fixture.ts';
import { nameOf, screens, walk } from './patient-screens.fixture.ts';

let gallery: Gallery;
beforeAll(async () => {
  gallery = await Gallery.open();
}, 120_000);
afterAll(async () => {
  // A violation of the page's policy, above all. The picture of a browser's tab is not in the gallery.
  expect(gallery.complaints.filter((text) => !text.includes('404'))).toEqual([]);
  await gallery.close();
});

/** So high that the menu, which stays at the foot of the window, lies over nothing. */
const height = 4000;
const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
/** What is smaller than its own words, or beyond the ends of the picture that it stands below. */
const cut = `[...document.querySelectorAll('button, [dir=ltr] bdi')].filter((element) => {
  if (element.scrollHeight > element.clientHeight + 1 && element.tagName === 'BUTTON') return true;
  const [own, around] = [element.getBoundingClientRect(), element.parentElement.getBoundingClientRect()];
  return element.tagName === 'BDI' && own.width > 0 && (own.left < around.left - 1 || own.right > around.right + 1);
}).map(({ textContent }) => textContent)`;
const put = (page: Page, name: 'contrast' | 'text', value: string) =>
  page.evaluate(`document.documentElement.dataset.${name} = '${value}'; undefined`);

async function expectNothingCutOff(page: Page): Promise<void> {
  await page.setViewportSize({ width: 320, height: 568 });
  expect(await page.evaluate(overflow), 'wider than 320 pixels').toBe(0);
  await put(page, 'text', 'largest');
  expect(await page.evaluate(overflow), 'wider than 320 pixels with the largest text').toBe(0);
  expect(await page.evaluate(cut), 'cut off with the largest text').toEqual([]);
}

const named = screens.map((screen) => [nameOf(screen), screen] as const);

/** CSS pixels: WCAG 2.2 asks for 24 at level AA, and for 44 at AAA. */
const thumb = 44;

async function expectRoomForAThumb(page: Page): Promise<void> {
  for (const control of await page.locator('a[href]:visible, button:visible, label:has(input[type=radio])').all()) {
    const box = await control.boundingBox();
    // The way past the menu for a keyboard is out of sight until it has the focus.
    if (box === null || box.y < 0) continue;
    expect(box.height, (await control.textContent()) ?? '').toBeGreaterThanOrEqual(thumb);
  }
}

/** Colours do not change with the language. */
async function expectContrast(page: Page): Promise<void> {
  await put(page, 'contrast', 'strong');
  expect(await axeFindings(page, 'color-contrast'), 'strong contrast, light').toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await axeFindings(page, 'color-contrast'), 'strong contrast, dark').toEqual([]);
  await put(page, 'contrast', 'usual');
  expect(await axeFindings(page, 'color-contrast'), 'dark').toEqual([]);
}

describe.each(languages)('in %s', (language) => {
  test.each(named)('%s', async (_, screen) => {
    const page = await gallery.show({ ...screen, language, height });
    await walk(page, screen);
    expect(await axeFindings(page)).toEqual([]);
    if (language === 'en') {
      await expectRoomForAThumb(page);
      await expectContrast(page);
    }
    await expectNothingCutOff(page);
    await page.context().close();
  });
});
