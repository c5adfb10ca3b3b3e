// What only a browser can do: a card in a Worker, its store in IndexedDB.

export { type CardDatabase, openCardDatabase } from './indexed-db-storage.ts';
export { openWorkerCard, type WorkerCardOptions } from './open-worker-card.ts';
