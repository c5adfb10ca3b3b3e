// Everything an owner has in the store, gone in one commit.

import type { ElementStorage } from './element-storage.ts';

export async function eraseStorage(storage: ElementStorage): Promise<void> {
  const names = await storage.list('');
  await storage.commit(
    names.map((name) => ({ name, value: null })),
    'erasure',
  );
}
