// Removes a card's database. What the browser keeps of it until it is overwritten was sealed under a key that is gone.

import { PhoneError } from '../phone-error.ts';

const patienceMs = 10_000;

export async function forgetCard(name: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const request = indexedDB.deleteDatabase(name);
  // Blocked: the Worker that was ended has not let go yet; the request goes on by itself.
  request.onsuccess = () => resolve();
  request.onerror = () => reject(new PhoneError('storage-failed', 'expected the card to be removed'));
  const late = setTimeout(
    () => reject(new PhoneError('storage-in-use', 'expected nobody to use the card')),
    patienceMs,
  );
  try {
    await promise;
  } finally {
    clearTimeout(late);
  }
}
