// Pictures for whoever looks the screens over: kept only where PICTURES names a folder.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const folder = process.env.PICTURES;

export async function picture(page: Page, name: string): Promise<void> {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.evaluate('document.fonts.ready');
  // The whole screen at once: the menu stays at the foot of the window.
  const size = page.viewportSize();
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  if (size !== null) await page.setViewportSize({ ...size, height });
  await page.screenshot({ path: join(folder, `${name}.png`) });
  if (size !== null) await page.setViewportSize(size);
}
