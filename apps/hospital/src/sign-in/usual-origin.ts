/** The origin that people open the pages at, kept for commands that write links beside a hospital that serves. */
import type { Store } from '../store/open-store.ts';

const setting = 'people-origin';

export async function keepOrigin(store: Store, origin: string): Promise<void> {
  if ((await store.settings.get(setting)) !== origin) await store.settings.set(setting, origin);
}

export async function usualOrigin(store: Store): Promise<string> {
  return (await store.settings.get(setting)) ?? 'http://localhost:8080';
}
