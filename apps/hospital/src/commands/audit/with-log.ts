// What the commands about the audit log share.
import type { NoteKey } from '@vitalseal/audit';
import type { Command } from 'commander';
import { LogKeeper } from '../../audit/log-keeper.ts';
import { HospitalError } from '../../errors.ts';
import { openKeyStore } from '../../keys/open-key-store.ts';
import type { Store } from '../../store/open-store.ts';
import { databaseOption, dataOption } from '../options.ts';
import { type StorePlace, withStore } from '../with-store.ts';

export function aboutLog(command: Command): Command {
  return command.addOption(dataOption()).addOption(databaseOption());
}

/** The store with the key of its log. */
export function withLog<Result>(
  place: StorePlace,
  work: (parts: { store: Store; keeper: LogKeeper; key: NoteKey }) => Promise<Result>,
): Promise<Result> {
  return withStore(place, async (store) => {
    const keyStore = await openKeyStore(place.data);
    try {
      const keeper = new LogKeeper({ store, dataDir: place.data, key: () => keyStore.auditKey });
      return await work({ store, keeper, key: await keeper.noteKey() });
    } finally {
      await keyStore.close();
    }
  });
}

export function entryNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new HospitalError('invalid-option', 'expected a whole number');
  return Number(text);
}
