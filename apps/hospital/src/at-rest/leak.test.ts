// What a thief of the database finds: its dump, its files with journals, the data folder beside it, and the backups.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decimal,
  encodeCbor,
  encodeStep2Message,
  type Measurement,
  mdc,
  mdcUnit,
  type Reading,
} from '@vitalseal/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { inviteCard } from '../card-administration/invite-card.ts';
import { rosterChanged } from '../commands/with-store.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { spo2LowAtOnce } from '../testing/rules-at-once.ts';
import { TestHospital } from '../testing/test-hospital.ts';
import { makeBackup } from './backup/make-backup.ts';
import { clusterFolder, dump, filesUnder, found, type Needle, needle } from './search.fixture.ts';

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

interface Person {
  readonly id: string;
  readonly name: string;
  readonly bed: string;
  readonly latitude: number;
  readonly longitude: number;
}

const people: readonly Person[] = [
  { id: 'p1', name: 'Wilhelmina Ashgrove', bed: 'Tower-7-Bed-Q', latitude: 51.507322, longitude: -0.127647 },
  { id: 'p2', name: 'Thaddeus Żeromski', bed: 'Annex-3-Bed-Z', latitude: 48.858844, longitude: 2.294351 },
];
const doctor = 'Dr Hildegard Quenell';
const readingsEach = 15;
const spo2Low = { ...spo2LowAtOnce, id: 'marker-of-the-policy' };

/** Values that nobody else has: four digits behind the point, in every reading others. */
function measurementsOf(who: number, sequence: number): Measurement[] {
  const step = who * readingsEach + sequence;
  return [
    { code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(71.0113 + step * 0.0977, -4) },
    { code: mdc.pulseOximetrySaturation, unit: mdcUnit.percent, value: decimal(80.0071 + step * 0.0457, -4) },
    { code: mdc.respirationRate, unit: mdcUnit.breathsPerMinute, value: decimal(14.0037 + step * 0.0313, -4) },
  ];
}

function needles(unblockingCode: string): Needle[] {
  const all = [
    needle('doctor', doctor),
    needle('policy', spo2Low.id),
    needle('PUK', `"unblockingCode":"${unblockingCode}"`),
  ];
  for (const [who, { name, bed, latitude, longitude }] of people.entries()) {
    all.push(needle(`name ${who}`, name), needle(`bed ${who}`, bed));
    const micro = [latitude, longitude].map((degrees) => encodeCbor(Math.round(degrees * 1e6)));
    all.push(needle(`place ${who}`, Buffer.concat(micro)));
    all.push(needle(`place ${who} in words`, `"latitude":${latitude},"longitude":${longitude}`));
    for (let sequence = 0; sequence < readingsEach; sequence++) {
      for (const { code, unit, value } of measurementsOf(who, sequence)) {
        if (typeof value === 'string') continue;
        const { mantissa, exponent } = value;
        const what = `value ${who}/${sequence}/${code}`;
        // Without the head of the array: as much as two values of other readings do not share.
        all.push(needle(what, encodeCbor([code, unit, mantissa, exponent]).slice(1)));
        all.push(needle(`${what} in words`, `"mantissa":${mantissa},"exponent":${exponent}`));
      }
    }
  }
  return all;
}

test.each([
  ['SQLite', async () => undefined],
  ['PostgreSQL', () => postgresql.createDatabase()],
])(
  'a dump, the data folder, journals and backups of a hospital on %s hold no value, name, bed, place or secret that went in',
  { timeout: 120_000 },
  async (_name, makeDatabase) => {
    const databaseUrl = await makeDatabase();
    const hospital = await TestHospital.start({ ...(databaseUrl !== undefined && { databaseUrl }) });
    const aside = mkdtempSync(join(tmpdir(), 'vitalseal-leak-'));
    onTestFinished(async () => {
      await hospital.remove();
      rmSync(aside, { recursive: true });
    });
    const { store, dataDir, keys } = hospital;
    const d1 = { identity: 'urn:vitalseal:doctor:d1', role: 'doctor', tier: 1, on_call: 1 };
    await store.people.register({ ...d1, name: doctor });
    const policy = JSON.stringify({ rules: [spo2Low] });
    for (const { id, name, bed } of people)
      await store.patients.admit({ identity: id, name, bed, policy, at: Date.now() });
    await rosterChanged(store);
    const server = { host: 'localhost', port: 1 };
    const cardPolicy = { patient: 'p1', sensors: ['s1'], server, pollSeconds: 60, policy: {}, validMs: 60_000 };
    await inviteCard(store, cardPolicy);
    const [card] = await store.cards.all();
    const { unblockingCode } = JSON.parse(card?.particulars ?? '{}') as { unblockingCode: string };

    const messages: Uint8Array[] = [];
    for (const [who, { id, latitude, longitude }] of people.entries()) {
      const patient = await hospital.patient(id);
      await patient.agree();
      const records = [];
      for (let sequence = 0; sequence < readingsEach; sequence++) {
        const at = Date.now() - (readingsEach - sequence) * 1000;
        const reading: Reading = { ...patient.reading(sequence, {}, at), measurements: measurementsOf(who, sequence) };
        const location = { latitude, longitude, accuracyMetres: 7, at };
        const message = patient.message(reading, { location });
        messages.push(encodeStep2Message(message));
        records.push(await patient.seal(message));
      }
      expect(await patient.send(records)).toMatchObject({ status: 200, unanswered: [] });
    }
    expect(await store.counts()).toMatchObject({ stored: people.length * readingsEach, alarms: { raised: 2 } });
    const all = needles(unblockingCode);
    const everything = [...new Set(all.map(({ what }) => what))].sort();

    const backUp = async (name: string) => {
      const wrappingKeys = await keys.keyStore.wrappingKeys();
      const path = join(aside, name);
      const made = {
        store,
        path,
        hospital: 'urn:vitalseal:hospital:h1',
        recovery: null,
        wrappingKeys,
        actor: 'operator:t',
      };
      expect((await makeBackup(made)).unreadable).toBe(0);
    };
    const stolen = (name: string) => {
      if (databaseUrl === undefined) return [...filesUnder(dataDir), ...filesUnder(aside)];
      for (const form of ['plain', 'custom'] as const) dump(databaseUrl, join(aside, `${name}-${form}`), form);
      // The whole cluster: tables, write-ahead log, statistics, the server's own log.
      const isTemplate = (file: string) => /\/base\/[1-9]\//.test(file);
      const cluster = filesUnder(join(clusterFolder(databaseUrl), '..')).filter((file) => !isTemplate(file));
      return [...filesUnder(dataDir), ...filesUnder(aside), ...cluster];
    };

    // While it serves, with all that its journals hold; and after an orderly stop.
    await backUp('backup-while-serving');
    expect(stolen('serving').length).toBeGreaterThan(3);
    expect(found(all, stolen('serving'))).toEqual([]);
    await hospital.halt();
    await backUp('backup-after-stop');
    expect(found(all, stolen('stopped'))).toEqual([]);
    // What was written is all there, for those who have the keys.
    expect((await store.patients.all()).map(({ name }) => name)).toEqual(people.map(({ name }) => name));

    // The search does find them: the same, as the former release kept it, in the same database.
    const db = store.database;
    const bytes = sql.raw(store.kind === 'sqlite' ? 'blob' : 'bytea');
    await sql`create table former (words text, payload ${bytes})`.execute(db);
    const words = [doctor, policy, card?.particulars ?? '', ...people.map((person) => JSON.stringify(person))];
    for (const [who, { latitude, longitude }] of people.entries()) {
      words.push(JSON.stringify({ latitude, longitude }));
      for (let sequence = 0; sequence < readingsEach; sequence++)
        words.push(JSON.stringify(measurementsOf(who, sequence)));
    }
    for (const text of words) await sql`insert into former values (${text}, ${new Uint8Array(1)})`.execute(db);
    for (const message of messages) await sql`insert into former values ('', ${message})`.execute(db);
    expect(found(all, stolen('control'))).toEqual(everything);
  },
);
