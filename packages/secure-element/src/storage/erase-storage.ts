// Everything an owner has in the store, gone in one commit.

import type { ElementStorage } from './element-storage.ts';

export async function eraseStorage(storage: ElementStorage): Promise<void> {
  const names = await storage.list('');
  if (names.length > 0) await storage.commit(names.map((name) => ({ name, value: null })));
}
