/**
 * From here on the key of a channel says which certificate spoke on it, so that a card can be told which of its channels was
 * used last: one that does not know it was put back from an older copy of itself. Of channels from before nothing is said.
 */
import type { Kysely, Migration } from 'kysely';

export function cardOfChannel(): Migration {
  async function up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('reading_keys').addColumn('serial', 'text').execute();
  }
  return { up };
}
