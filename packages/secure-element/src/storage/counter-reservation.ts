// How far a send counter has been reserved: every number below may have been used, so counting goes on from it.

import { type Bytes, encodeCbor, maxSequence } from '@vitalseal/protocol';
import type { ElementStorage } from './element-storage.ts';
import { storedFields, storedInteger } from './stored.ts';

export function encodeReserved(until: number): Bytes {
  return encodeCbor([until]);
}

/** A counter whose every number was reserved seals nothing more: its channel is as good as lost. */
export function isWorn(reserved: number): boolean {
  return reserved > maxSequence;
}

export async function readReserved(storage: ElementStorage, name: string): Promise<number> {
  const stored = await storage.read(name);
  if (stored === undefined) return 0;
  const [until] = storedFields(stored, 1);
  return storedInteger(until);
}
