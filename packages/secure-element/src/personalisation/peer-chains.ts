// Certificate chains of peers met before, so that a later handshake may name them by an eight-byte hash (x5t): on
// Bluetooth LE the difference is some ten frames.

import { type Bytes, bytesToHex, encodeCbor } from '@vitalseal/protocol';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedBytes, storedFields, storedList } from '../storage/stored.ts';
import type { Transaction } from '../storage/transaction.ts';

/** By x5t in hexadecimal. */
export type PeerChains = Map<string, readonly Bytes[]>;

const prefix = 'peer/';
const kept = 16;

export async function loadPeerChains(storage: ElementStorage): Promise<PeerChains> {
  const chains: PeerChains = new Map();
  for (const name of await storage.list(prefix)) {
    const [chain] = storedFields((await storage.read(name)) ?? new Uint8Array(0), 1);
    chains.set(name.slice(prefix.length), storedList(chain).map(storedBytes));
  }
  return chains;
}

/** Above the bound the others are forgotten: they will send their chains again. */
export function savePeerChain(
  transaction: Transaction,
  chains: PeerChains,
  { x5t, chain }: { x5t: Bytes; chain: readonly Bytes[] },
): void {
  const key = bytesToHex(x5t);
  if (chains.has(key)) return;
  const full = chains.size >= kept;
  if (full) for (const other of chains.keys()) transaction.remove(prefix + other);
  transaction.put(prefix + key, encodeCbor([[...chain]]));
  transaction.afterwards(() => {
    if (full) chains.clear();
    chains.set(key, chain);
  });
}
