// What the PIN leaves in the store. Tries are a value of their own: one is spent, durably, before each comparison.

import { encodeCbor } from '@vitalseal/protocol';
import { SecureElementError } from '../../errors.ts';
import type { ElementStorage } from '../../storage/element-storage.ts';
import { storedBytes, storedFields, storedInteger } from '../../storage/stored.ts';
import type { Transaction } from '../../storage/transaction.ts';
import type { KeySlot, Reference } from './key-slot.ts';

/** The state key under the PIN, and, once the hospital has given one, under the PUK. */
export interface KeySlots {
  readonly pin: KeySlot;
  readonly puk: KeySlot | undefined;
}

export type Tries = Readonly<Record<Reference, number>>;

export const allTries: Tries = { pin: 3, puk: 10 };

const slotName: Readonly<Record<Reference, string>> = { pin: 'slot-pin', puk: 'slot-puk' };
const triesName = 'tries';

export async function loadSlots(storage: ElementStorage): Promise<KeySlots | undefined> {
  const pin = await loadSlot(storage, 'pin');
  return pin && { pin, puk: await loadSlot(storage, 'puk') };
}

async function loadSlot(storage: ElementStorage, reference: Reference): Promise<KeySlot | undefined> {
  const stored = await storage.read(slotName[reference]);
  if (stored === undefined) return undefined;
  const [salt, log2Cost, wrapped] = storedFields(stored, 3);
  return { salt: storedBytes(salt), log2Cost: storedInteger(log2Cost), wrapped: storedBytes(wrapped) };
}

export function saveSlot(transaction: Transaction, reference: Reference, slot: KeySlot): void {
  transaction.put(slotName[reference], encodeCbor([slot.salt, slot.log2Cost, slot.wrapped]));
}

export async function loadTries(storage: ElementStorage): Promise<Tries> {
  const stored = await storage.read(triesName);
  // A store with a PIN and without tries was tampered with: no tries for whoever did it.
  if (stored === undefined) return { pin: 0, puk: 0 };
  const [pin, puk] = storedFields(stored, 2).map(storedInteger);
  if (!isTries(pin, allTries.pin) || !isTries(puk, allTries.puk)) {
    throw new SecureElementError('storage-malformed', 'expected a retry counter within its limit');
  }
  return { pin, puk };
}

function isTries(left: number | undefined, limit: number): left is number {
  return left !== undefined && left >= 0 && left <= limit;
}

export function saveTries(transaction: Transaction, { pin, puk }: Tries): void {
  transaction.put(triesName, encodeCbor([pin, puk]));
}

/** Without the slots nobody, with whatever PIN, opens the state again. */
export function forgetSlots(transaction: Transaction): void {
  for (const name of [slotName.pin, slotName.puk, triesName]) transaction.remove(name);
}
