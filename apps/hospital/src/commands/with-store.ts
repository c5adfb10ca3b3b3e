/** A command's work on the store beside a hospital that may be serving: its changes are noticed there within a second. */
import { existsSync } from 'node:fs';
import { HospitalError } from '../errors.ts';
import { openHospitalStore } from '../store/open-hospital-store.ts';
import type { Store } from '../store/open-store.ts';
import { rosterTally } from '../watch/ward.ts';

export interface StorePlace {
  readonly data: string;
  readonly databaseUrl?: string;
}

export async function withStore<Result>(place: StorePlace, work: (store: Store) => Promise<Result>): Promise<Result> {
  if (place.databaseUrl === undefined && !existsSync(place.data)) {
    throw new HospitalError('not-initialised', 'expected a data folder that `vitalseal hospital init` has made');
  }
  const store = await openHospitalStore({ dataDir: place.data, databaseUrl: place.databaseUrl });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Patients or people were changed. */
export async function rosterChanged(store: Store, db = store.database): Promise<void> {
  await store.tallies.add(db, rosterTally, 1);
}
