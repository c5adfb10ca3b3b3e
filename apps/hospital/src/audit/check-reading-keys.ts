/**
 * The keys that open the stored readings (decision 30), held against the readings that need them: a key that was removed or edited
 * leaves every reading as the log has it, and readable for nobody.
 */
import { channelIdOf } from '@vitalseal/protocol';
import { readingKeyOpens } from '../at-rest/reading-opener.ts';
import { isSealedValue } from '../at-rest/sealed-value.ts';
import type { Database } from '../store/batch-statement.ts';
import type { ReadingKeyRow } from '../store/reading-keys.ts';
import type { WhatOpens } from '../store/readings.ts';
import { patientName } from './acts.ts';
import type { DigestedRow } from './run-digest.ts';

export interface KeyFinding {
  readonly damage: 'edited' | 'removed' | 'added';
  readonly line: string;
}

const page = 500;
/** Channels at once: one a patient and day. */
const mostKnown = 20_000;

export class ReadingKeyCheck {
  readonly #database: Database;
  readonly #whatOpens: WhatOpens;
  readonly #find: (finding: KeyFinding) => void;
  /** Of each channel whose key is sound, until when it is kept. */
  readonly #sound = new Map<string, number>();
  readonly #bad = new Set<string>();

  constructor(database: Database, whatOpens: WhatOpens, find: (finding: KeyFinding) => void) {
    this.#database = database;
    this.#whatOpens = whatOpens;
    this.#find = find;
  }

  /** Whether nothing can be said of the record, since what opens it is not sound. */
  isBad({ patient, payload }: Pick<DigestedRow, 'patient' | 'payload'>): boolean {
    const channel = channelOf(payload);
    return channel !== undefined && this.#bad.has(nameOf(patient, channel));
  }

  /** The keys that these rows need. */
  async take(rows: readonly DigestedRow[]): Promise<void> {
    const needed = new Map<string, { patient: number; channel: Uint8Array<ArrayBuffer>; until: number }>();
    for (const { patient, payload, received_at } of rows) {
      const channel = channelOf(payload);
      if (channel === undefined) continue;
      const name = nameOf(patient, channel);
      if (this.#bad.has(name) || (this.#sound.get(name) ?? Number.NEGATIVE_INFINITY) >= received_at) continue;
      const until = Math.max(received_at, needed.get(name)?.until ?? received_at);
      needed.set(name, { patient, channel, until });
    }
    if (needed.size === 0) return;
    const { sealing, readingKeys } = this.#whatOpens;
    const all = [...needed.values()];
    const patients = [...new Set(all.map(({ patient }) => patient))];
    await sealing.ready(this.#database, patients);
    const found = await readingKeys.ofChannels(
      this.#database,
      patients,
      all.map(({ channel }) => channel),
    );
    const opens = await this.#thatOpen(found);
    const kept = new Map(found.map((row) => [nameOf(row.patient, row.channel), row]));
    for (const [name, { patient, channel, until }] of needed) {
      // Of one who is being erased: both went at once.
      if (!sealing.has(patient)) continue;
      const row = kept.get(name);
      if (row === undefined)
        await this.#tell('removed', patient, channel, 'was removed from the store: no reading of it opens');
      else if (!opens.has(row)) await this.#tell('edited', patient, channel, doesNotOpen);
      else if (row.through < until)
        await this.#tell('edited', patient, channel, 'is kept for less long than its readings');
      else this.#know(name, row.through);
    }
  }

  /** Every key that there is, whether or not a reading needs it. */
  async end(): Promise<void> {
    const { sealing } = this.#whatOpens;
    for (let after: ReadingKeyRow | undefined; ; ) {
      const rows = await this.#page(after);
      await sealing.ready(
        this.#database,
        rows.map(({ patient }) => patient),
      );
      const opens = await this.#thatOpen(rows);
      for (const row of rows) {
        const { patient, channel } = row;
        if (!sealing.has(patient))
          await this.#tell('added', patient, channel, 'is there, and what would open it is not');
        else if (!opens.has(row)) await this.#tell('edited', patient, channel, doesNotOpen);
      }
      after = rows.at(-1);
      if (rows.length < page) return;
    }
  }

  #page(after: ReadingKeyRow | undefined): Promise<ReadingKeyRow[]> {
    const rows = this.#database
      .selectFrom('reading_keys')
      .select(['patient', 'channel', 'through', 'secrets', 'serial'])
      .orderBy('patient')
      .orderBy('channel')
      .limit(page);
    if (after === undefined) return rows.execute();
    return rows
      .where(({ eb, or, and }) =>
        or([
          eb('patient', '>', after.patient),
          and([eb('patient', '=', after.patient), eb('channel', '>', after.channel)]),
        ]),
      )
      .execute();
  }

  async #thatOpen(rows: readonly ReadingKeyRow[]): Promise<ReadonlySet<ReadingKeyRow>> {
    const { sealing } = this.#whatOpens;
    await sealing.readyToOpen(
      this.#database,
      rows.map(({ patient, secrets }) => ({ owner: patient, sealed: secrets })),
    );
    return new Set(rows.filter((row) => readingKeyOpens(sealing, row)));
  }

  #know(name: string, through: number): void {
    if (this.#sound.size >= mostKnown) this.#sound.clear();
    this.#sound.set(name, through);
  }

  async #tell(damage: KeyFinding['damage'], patient: number, channel: Uint8Array, what: string): Promise<void> {
    const name = nameOf(patient, channel);
    if (this.#bad.has(name)) return;
    this.#bad.add(name);
    const row = await this.#database
      .selectFrom('patients')
      .select('identity')
      .where('number', '=', patient)
      .executeTakeFirst();
    const whose = row === undefined ? `patient number ${patient}` : patientName(row.identity);
    this.#find({ damage, line: `the key of channel ${hexOf(channel)} of ${whose} ${what}` });
  }
}

const doesNotOpen = 'does not open in its place: it was edited, or is the key of another';

/** Undefined for a row that a former release sealed, and for what is no record: the digest has told of that. */
function channelOf(payload: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (isSealedValue(payload)) return undefined;
  try {
    return channelIdOf(new Uint8Array(payload));
  } catch {
    return undefined;
  }
}

const hexOf = (channel: Uint8Array): string => Buffer.from(channel).toString('hex');
const nameOf = (patient: number, channel: Uint8Array): string => `${patient} ${hexOf(channel)}`;
