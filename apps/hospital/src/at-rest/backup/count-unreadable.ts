import { openStore } from '../../store/open-store.ts';
import type { WrappingKeys } from '../wrapping.ts';

const page = 1000;
const everything = 2 ** 31 - 1;

/** Opens every sealed value of a store, each under the key and in the place it should have. */
export async function countUnreadable(dataDir: string, wrappingKeys: WrappingKeys): Promise<number> {
  let refused = 0;
  const store = await openStore({ dataDir, wrappingKeys, onRefused: () => refused++ });
  try {
    const db = store.database;
    await store.patients.all();
    await store.people.all();
    await store.passkeys.all();
    await store.emergencies.since(0, everything);
    await store.triage.all(db);
    for (const { id } of await db.selectFrom('alarms').select('id').execute()) await store.alarms.find(id);
    for (const { number } of await store.cards.all()) await store.cardScripts.ofCard(number, page);
    for (let after = 0; ; ) {
      const rows = await store.readings.storedAfter(db, after, page);
      after = rows.at(-1)?.number ?? after;
      if (rows.length < page) return refused;
    }
  } finally {
    await store.close();
  }
}
