/** Brings a store to the newest shape, or refuses one that a newer release has written. */
import { type Kysely, type Migration, type MigrationProvider, Migrator } from 'kysely';
import { clearPagesIfDue } from '../../at-rest/clear-pages.ts';
import type { WrappingKeys } from '../../at-rest/wrapping.ts';
import { HospitalError } from '../../errors.ts';
import { first } from './0001-first.ts';
import { cards } from './0002-cards.ts';
import { audit } from './0003-audit.ts';
import { atRest } from './0004-at-rest.ts';
import { people } from './0005-people.ts';
import { readingKeys } from './0006-reading-keys.ts';
import { cardOfChannel } from './0007-card-of-channel.ts';
import { columnTypes, type DatabaseKind } from './columns.ts';

class Migrations implements MigrationProvider {
  readonly #kind: DatabaseKind;
  readonly #wrappingKeys: WrappingKeys;

  constructor(kind: DatabaseKind, wrappingKeys: WrappingKeys) {
    this.#kind = kind;
    this.#wrappingKeys = wrappingKeys;
  }

  async getMigrations(): Promise<Record<string, Migration>> {
    const types = columnTypes(this.#kind);
    return {
      '0001-first': first(types),
      '0002-cards': cards(types),
      '0003-audit': audit(types),
      '0004-at-rest': atRest(types, this.#wrappingKeys),
      '0005-people': people(types),
      '0006-reading-keys': readingKeys(types),
      '0007-card-of-channel': cardOfChannel(),
    };
  }
}

/** @param wrappingKeys under which the keys are made that seal what the former release had written in clear */
export async function migrate<Schema>(
  database: Kysely<Schema>,
  kind: DatabaseKind,
  wrappingKeys: WrappingKeys,
): Promise<void> {
  const migrator = new Migrator({ db: database, provider: new Migrations(kind, wrappingKeys) });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return clearPagesIfDue(database, kind);
  if (error instanceof Error && error.message.includes('previously executed migration')) {
    throw new HospitalError('store-newer', 'the store was written by a newer release', { cause: error });
  }
  throw error;
}
