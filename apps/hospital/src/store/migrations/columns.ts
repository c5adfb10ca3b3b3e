/** The few words in which the two databases' SQL differs. */
import { type ColumnDefinitionBuilder, type RawBuilder, sql } from 'kysely';

export type DatabaseKind = 'sqlite' | 'postgresql';

export interface ColumnTypes {
  readonly bytes: RawBuilder<unknown>;
  /** A primary key that counts up and never reuses a number. */
  readonly number: RawBuilder<unknown>;
  readonly counting: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
}

export function columnTypes(kind: DatabaseKind): ColumnTypes {
  if (kind === 'sqlite') {
    return {
      bytes: sql`blob`,
      number: sql`integer`,
      counting: (column) => column.primaryKey().autoIncrement(),
    };
  }
  return {
    bytes: sql`bytea`,
    number: sql`bigint`,
    counting: (column) => column.generatedByDefaultAsIdentity().primaryKey(),
  };
}
