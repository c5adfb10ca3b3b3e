import { type DataKey, openValue, sealValue } from '../at-rest/sealed-value.ts';
import type { Sealing } from '../at-rest/sealing.ts';
import type { Database } from './batch-statement.ts';
import { inTransaction } from './in-transaction.ts';
import type { Blob, PatientTable } from './schema.ts';

/** What is sealed of a patient. */
interface Particulars {
  readonly name: string;
  readonly bed: string;
  /** The alarm policy as JSON, already checked by packages/clinical; null stands for the default policy. */
  readonly policy: string | null;
}

/** Name and bed are empty where there is no key (any more), or where they do not open. */
export interface PatientRow extends Particulars {
  readonly number: number;
  readonly identity: string;
  readonly admitted_at: number;
  readonly discharged_at: number | null;
  readonly erased_at: number | null;
}

export interface Admission extends Particulars {
  readonly identity: string;
  readonly at: number;
}

type StoredPatient = Omit<PatientTable, 'number'> & { readonly number: number };

const nothing: Particulars = { name: '', bed: '', policy: null };
const place = (number: number) => ['patients', 'particulars', number] as const;

export class PatientRows {
  readonly #database: Database;
  readonly #sealing: Sealing;

  constructor(database: Database, sealing: Sealing) {
    this.#database = database;
    this.#sealing = sealing;
  }

  /** Admits, or brings the particulars of one already admitted (or discharged before) up to date. */
  async admit({ identity, name, bed, policy, at }: Admission, db = this.#database): Promise<void> {
    await inTransaction(db, async (tx) => {
      const fresh = { identity, particulars: null, admitted_at: at, discharged_at: null, erased_at: null };
      const { number } = await tx
        .insertInto('patients')
        .values(fresh)
        .onConflict((conflict) =>
          conflict.column('identity').doUpdateSet((set) => ({
            discharged_at: null,
            erased_at: null,
            // Whoever comes back after an erasure is a new patient under an old name.
            admitted_at: set
              .case()
              .when('patients.erased_at', 'is not', null)
              .then(set.ref('excluded.admitted_at'))
              .else(set.ref('patients.admitted_at'))
              .end(),
          })),
        )
        .returning('number')
        .executeTakeFirstOrThrow();
      const key = await this.#sealing.keys.currentIn(tx, number);
      await this.#keep(tx, number, sealParticulars(key, number, { name, bed, policy }));
    });
  }

  async discharge(identity: string, at: number, db = this.#database): Promise<boolean> {
    const rows = await db
      .updateTable('patients')
      .set({ discharged_at: at })
      .where('identity', '=', identity)
      .where('discharged_at', 'is', null)
      .returning('number')
      .execute();
    return rows.length > 0;
  }

  async find(identity: string, db = this.#database): Promise<PatientRow | undefined> {
    const row = await db.selectFrom('patients').selectAll().where('identity', '=', identity).executeTakeFirst();
    return row === undefined ? undefined : (await this.#opened(db, [row]))[0];
  }

  async all(db = this.#database): Promise<PatientRow[]> {
    return this.#opened(db, await db.selectFrom('patients').selectAll().orderBy('number').execute());
  }

  /**
   * One under care whose data key is lost or spoilt is given a new one, or no reading of theirs could be stored again.
   * @returns how many there were
   */
  async renewLostKeys(rows: readonly PatientRow[], db = this.#database): Promise<number> {
    const without = rows.filter(({ number, discharged_at }) => discharged_at === null && !this.#sealing.has(number));
    for (const { number } of without) await inTransaction(db, (tx) => this.#sealing.keys.add(tx, number));
    await this.#sealing.ready(
      db,
      without.map(({ number }) => number),
    );
    return without.length;
  }

  async #keep(db: Database, number: number, particulars: Blob): Promise<void> {
    await db.updateTable('patients').set({ particulars }).where('number', '=', number).execute();
  }

  async #opened(db: Database, rows: readonly StoredPatient[]): Promise<PatientRow[]> {
    await this.#sealing.ready(
      db,
      rows.filter(({ erased_at }) => erased_at === null).map(({ number }) => number),
    );
    await this.#sealing.readyToOpen(
      db,
      rows.map(({ number, particulars }) => ({ owner: number, sealed: particulars })),
    );
    return rows.map(({ particulars, ...row }) => ({ ...row, ...this.#particularsOf(row.number, particulars) }));
  }

  #particularsOf(number: number, sealed: Blob | null): Particulars {
    if (sealed === null) return nothing;
    const text = this.#sealing.openTextOrEmpty(number, place(number), sealed);
    return text === '' ? nothing : (JSON.parse(text) as Particulars);
  }
}

export function sealParticulars(key: DataKey, number: number, { name, bed, policy }: Particulars): Blob {
  return sealValue(key, place(number), Buffer.from(JSON.stringify({ name, bed, policy })));
}

/** @throws HospitalError `sealed-value-refused` */
export function openParticulars(key: DataKey, number: number, sealed: Blob): Particulars {
  return JSON.parse(Buffer.from(openValue(key, place(number), sealed)).toString()) as Particulars;
}
