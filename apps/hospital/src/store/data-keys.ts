import type { WrappedKey } from '../at-rest/wrapping.ts';
import type { Database } from './batch-statement.ts';

const columns = ['owner', 'version', 'wrapping_version', 'wrapped'] as const;
/** More owners than this in one question, and all keys are read: a database takes only so many parameters. */
const mostOwners = 500;

export class DataKeyRows {
  /** Keys of these owners, oldest version first. */
  async ofOwners(db: Database, owners: readonly number[]): Promise<WrappedKey[]> {
    const all = db.selectFrom('data_keys').select(columns).orderBy('owner').orderBy('version');
    if (owners.length > mostOwners) {
      const wanted = new Set(owners);
      return (await all.execute()).filter(({ owner }) => wanted.has(owner));
    }
    return all.where('owner', 'in', owners).execute();
  }

  all(db: Database): Promise<WrappedKey[]> {
    return db.selectFrom('data_keys').select(columns).execute();
  }

  /** Leaves one of the same version as it is. */
  async add(db: Database, row: WrappedKey): Promise<void> {
    await db
      .insertInto('data_keys')
      .values(row)
      .onConflict((conflict) => conflict.columns(['owner', 'version']).doNothing())
      .execute();
  }

  /** Those that are wrapped under an older key than this. */
  wrappedBelow(db: Database, wrappingVersion: number): Promise<WrappedKey[]> {
    return db.selectFrom('data_keys').select(columns).where('wrapping_version', '<', wrappingVersion).execute();
  }

  async rewrapped(db: Database, { owner, version, wrapping_version, wrapped }: WrappedKey): Promise<void> {
    await db
      .updateTable('data_keys')
      .set({ wrapping_version, wrapped })
      .where('owner', '=', owner)
      .where('version', '=', version)
      .execute();
  }

  /** All versions: what they sealed is lost from here on. */
  async erase(db: Database, owner: number): Promise<void> {
    await db.deleteFrom('data_keys').where('owner', '=', owner).execute();
  }
}
