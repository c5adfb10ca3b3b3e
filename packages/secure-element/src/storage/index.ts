// What a device of ours keeps its state with: the secure element, and the sensor at the other end of its link.

export { CommandQueue } from '../command-queue.ts';
export { encodeReserved, readReserved } from './counter-reservation.ts';
export type { Change, CommitPurpose, ElementStorage } from './element-storage.ts';
export { memoryStorage } from './memory-storage.ts';
export { prefixedStorage } from './prefixed-storage.ts';
export { sealedStorage } from './sealed-storage.ts';
export { storedBytes, storedFields, storedInteger, storedList, storedText } from './stored.ts';
export { Transaction } from './transaction.ts';
