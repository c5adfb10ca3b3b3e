// Many values at once, from a store that can, and one after the other from one that gains nothing by it.

import type { Bytes } from '@vitalseal/protocol';
import type { ElementStorage } from './element-storage.ts';

/** @returns in the order of the names */
export async function readAll(storage: ElementStorage, names: readonly string[]): Promise<(Bytes | undefined)[]> {
  if (storage.readAll) return await storage.readAll(names);
  const values: (Bytes | undefined)[] = [];
  for (const name of names) values.push(await storage.read(name));
  return values;
}
