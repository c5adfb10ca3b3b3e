// A page as it stands, in light and in dark.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { axeFindings } from './axe.fixture.ts';

/** Colours of Mantine that go over into one another, and what comes in from a side, are through. */
const still = `(async () => {
  const running = () => document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
  const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  for (await drawn(); running().length > 0; await drawn()) await Promise.allSettled(running().map(({ finished }) => finished));
})()`;

export async function expectNoFindings(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    await page.evaluate(still);
    expect(await axeFindings(page), colorScheme).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}
