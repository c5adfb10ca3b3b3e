/**
 * Everything that is a reading, a name or a place, and every secret, is sealed in place: what the former release had written
 * in clear included. The pages that held it are given back by `at-rest/clear-pages.ts`, outside of this transaction.
 */
import { type Kysely, type Migration, sql } from 'kysely';
import { clearPagesDue } from '../../at-rest/clear-pages.ts';
import { type DataKey, hospitalOwner, type Owner, type Place, sealValue } from '../../at-rest/sealed-value.ts';
import { newDataKey, newest, Unwrapper, type WrappingKeys } from '../../at-rest/wrapping.ts';
import type { ColumnTypes } from './columns.ts';

type Value = Uint8Array | string | null;
type Row = Readonly<Record<string, number | string | Uint8Array | null>>;

const page = 500;

export function atRest({ bytes }: ColumnTypes, wrappingKeys: WrappingKeys): Migration {
  async function up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('data_keys')
      .addColumn('owner', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('wrapping_version', 'integer', (c) => c.notNull())
      .addColumn('wrapped', bytes, (c) => c.notNull())
      .addPrimaryKeyConstraint('data_keys_key', ['owner', 'version'])
      .execute();
    await db.schema.alterTable('patients').addColumn('particulars', bytes).execute();
    await db.schema.alterTable('patients').addColumn('erased_at', 'bigint').execute();

    const keys = new KeysOfMigration(db, wrappingKeys);
    const all = async (table: string) => (await sql<Row>`select * from ${sql.table(table)}`.execute(db)).rows;
    const sealed = async (owner: Owner, place: Place, value: Value) =>
      value === null ? null : sealValue(await keys.of(owner), place, Buffer.from(value));
    /** The column holds bytes from now on, whatever it held before. */
    const reseal = async (table: string, column: string, key: string, seal: (row: Row) => Promise<Value>) => {
      const rows = await all(table);
      const values: [Row, Value][] = [];
      for (const row of rows) values.push([row, await seal(row)]);
      await db.schema.alterTable(table).dropColumn(column).execute();
      await db.schema.alterTable(table).addColumn(column, bytes).execute();
      for (const [row, value] of values) {
        await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${value} where ${sql.ref(key)} = ${row[key]}`.execute(
          db,
        );
      }
      return rows.length;
    };

    let clear = 0;
    for (const row of await all('patients')) {
      clear += 1;
      const number = Number(row.number);
      const particulars = JSON.stringify({ name: row.name, bed: row.bed, policy: row.policy });
      const value = await sealed(number, ['patients', 'particulars', number], particulars);
      await sql`update patients set particulars = ${value} where number = ${number}`.execute(db);
    }
    for (const column of ['name', 'bed', 'policy']) await db.schema.alterTable('patients').dropColumn(column).execute();

    await reseal('triage', 'state', 'patient', (row) =>
      sealed(Number(row.patient), ['triage', 'state', Number(row.through)], String(row.state)),
    );
    for (const column of ['rule', 'life', 'notice']) {
      await reseal('alarms', column, 'id', (row) =>
        sealed(Number(row.patient), ['alarms', column, String(row.id)], row[column] as Value),
      );
    }
    clear += await reseal('people', 'name', 'identity', (row) =>
      sealed(hospitalOwner, ['people', 'name', String(row.identity)], String(row.name)),
    );
    clear += await reseal('channels', 'secrets', 'id', (row) =>
      sealed(hospitalOwner, channelPlace(row), row.secrets as Value),
    );
    for (const column of ['psk', 'next_psk', 'particulars', 'status', 'request']) {
      await reseal('cards', column, 'number', (row) =>
        sealed(hospitalOwner, ['cards', column, String(row.administration_id)], row[column] as Value),
      );
    }
    for (const column of ['commands', 'responses']) {
      await reseal('card_scripts', column, 'number', (row) =>
        sealed(hospitalOwner, ['card_scripts', column, Number(row.number)], row[column] as Value),
      );
    }
    await sealReadings(db, bytes, keys);
    if (clear > 0) await clearPagesDue(db);
  }
  return { up };
}

function channelPlace(row: Row): Place {
  const id = Buffer.from(row.id as Uint8Array).toString('hex');
  const { step, peer, certificate_serials, expires_at } = row;
  return ['channels', 'secrets', id, Number(step), String(peer), String(certificate_serials), Number(expires_at)];
}

/** Page by page: there may be millions. */
async function sealReadings(db: Kysely<unknown>, bytes: ColumnTypes['bytes'], keys: KeysOfMigration): Promise<void> {
  let after = 0;
  for (;;) {
    const { rows } =
      await sql<Row>`select * from readings where number > ${after} order by number limit ${page}`.execute(db);
    const values: ReturnType<typeof sql>[] = [];
    for (const row of rows) {
      after = Number(row.number);
      const origin = [Number(row.stream), Number(row.sequence), Number(row.measured_at), Number(row.received_at)];
      const place = ['readings', 'payload', ...origin] as const;
      const value = sealValue(await keys.of(Number(row.patient)), place, row.payload as Uint8Array);
      values.push(sql`(cast(${after} as bigint), cast(${value} as ${bytes}))`);
    }
    if (values.length > 0) {
      await sql`update readings set payload = fresh.column2 from (values ${sql.join(values)}) as fresh
        where readings.number = fresh.column1`.execute(db);
    }
    if (rows.length < page) return;
  }
}

class KeysOfMigration {
  readonly #db: Kysely<unknown>;
  readonly #wrappingKeys: WrappingKeys;
  readonly #made = new Map<Owner, DataKey>();

  constructor(db: Kysely<unknown>, wrappingKeys: WrappingKeys) {
    this.#db = db;
    this.#wrappingKeys = wrappingKeys;
  }

  async of(owner: Owner): Promise<DataKey> {
    const made = this.#made.get(owner);
    if (made !== undefined) return made;
    const row = newDataKey(newest(this.#wrappingKeys), owner, 1);
    const { version, wrapping_version, wrapped } = row;
    await sql`insert into data_keys (owner, version, wrapping_version, wrapped)
      values (${owner}, ${version}, ${wrapping_version}, ${wrapped})`.execute(this.#db);
    const key = new Unwrapper(this.#wrappingKeys).unwrap(row);
    this.#made.set(owner, key);
    return key;
  }
}
