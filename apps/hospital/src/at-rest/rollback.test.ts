import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Hospital, startHospital } from '../hospital.ts';
import type { HospitalKeys } from '../keys/hospital-keys.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { makeTestAuthority } from '../testing/test-authority.ts';
import { testHospitalIdentity } from '../testing/test-hospital.ts';
import { TestPatient } from '../testing/test-patient.ts';
import { type Evidence, judgeStore, type Verdict } from './judge-store.ts';
import { anchorFile } from './store-anchor.ts';

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

interface Place {
  dataDir: string;
  databaseUrl: string | undefined;
}

const sqliteFiles = ['hospital.sqlite', 'hospital.sqlite-wal', 'hospital.sqlite-shm'];

function copyFiles(from: string, to: string, names: readonly string[]): void {
  for (const name of names) {
    rmSync(join(to, name), { force: true });
    if (existsSync(join(from, name))) cpSync(join(from, name), join(to, name));
  }
}

/** A hospital that can be stopped, and whose files can be exchanged meanwhile. */
class Bedside {
  readonly place: Place;
  readonly #keys: HospitalKeys;
  readonly #patient: TestPatient;
  #running: Hospital | undefined;
  #sequence = 0;

  private constructor(place: Place, keys: HospitalKeys, patient: TestPatient, running: Hospital) {
    this.place = place;
    this.#keys = keys;
    this.#patient = patient;
    this.#running = running;
  }

  static async start(databaseUrl: string | undefined): Promise<Bedside> {
    const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-rollback-'));
    const authority = await makeTestAuthority();
    const keys = await authority.hospitalKeys(testHospitalIdentity);
    const place = { dataDir, databaseUrl };
    const wrappingKeys = await keys.keyStore.wrappingKeys();
    const store = await openStore({ ...place, wrappingKeys });
    await store.patients.admit({ identity: 'p1', name: 'A', bed: '', policy: null, at: Date.now() });
    await store.close();
    const running = await startHospital({ ...place, keys });
    const identity = { role: 'patient', id: 'p1' } as const;
    const { root, rootPem } = authority;
    const credential = await authority.enrol(identity);
    const url = running.devicesUrl;
    const patient = new TestPatient({ url, identity, hospital: testHospitalIdentity, credential, root, rootPem });
    const made = new Bedside(place, keys, patient, running);
    onTestFinished(async () => {
      patient.close();
      await made.halt();
      rmSync(dataDir, { recursive: true });
    });
    await patient.agree();
    return made;
  }

  async halt(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
  }

  async serve(): Promise<void> {
    const { port } = new URL(this.#patient.options.url);
    this.#running = await startHospital({ ...this.place, keys: this.#keys, devices: { port: Number(port) } });
  }

  get hospital(): Hospital {
    if (this.#running === undefined) throw new Error('expected a hospital that runs');
    return this.#running;
  }

  async measure(count: number): Promise<string> {
    const records = [];
    for (let index = 0; index < count; index++) records.push(await this.#patient.sealReading(this.#sequence++));
    const { acknowledgement, unanswered } = await this.#patient.send(records);
    if (unanswered.length > 0) return unanswered[0]?.[1] ?? '';
    return acknowledgement === undefined ? 'silence' : 'acknowledged';
  }

  agree(): Promise<void> {
    return this.#patient.agree();
  }

  async rollback(): Promise<{ reason: string; readingsMissing: number } | null> {
    const answer = await fetch(new URL('/healthz', this.hospital.peopleUrl));
    return ((await answer.json()) as { store: { rollback: { reason: string; readingsMissing: number } | null } }).store
      .rollback;
  }

  async inStore<Result>(look: (store: Store) => Promise<Result>): Promise<Result> {
    const store = await openStore({ ...this.place, wrappingKeys: await this.#keys.keyStore.wrappingKeys() });
    try {
      return await look(store);
    } finally {
      await store.close();
    }
  }

  /** @returns what puts it back */
  async copy(names: readonly string[] = sqliteFiles): Promise<() => Promise<void>> {
    const { dataDir, databaseUrl } = this.place;
    if (databaseUrl !== undefined) {
      const copied = await postgresql.copyDatabase(databaseUrl);
      return async () => {
        this.place.databaseUrl = copied;
      };
    }
    const kept = mkdtempSync(join(tmpdir(), 'vitalseal-copy-'));
    onTestFinished(() => rmSync(kept, { recursive: true }));
    copyFiles(dataDir, kept, names);
    return async () => copyFiles(kept, dataDir, names);
  }
}

const audited = (store: Store) =>
  store.database.selectFrom('audit_entries').select('entry').where('entry', 'like', '%rollback-detected%').execute();

describe.each([
  ['SQLite', async () => undefined],
  ['PostgreSQL', () => postgresql.createDatabase()],
])('a store on %s', (_name, makeDatabase) => {
  test('that goes on where it was left is believed, and so are its channels', async () => {
    const bedside = await Bedside.start(await makeDatabase());
    for (let round = 0; round < 3; round++) {
      expect(await bedside.measure(2)).toBe('acknowledged');
      await bedside.halt();
      await bedside.serve();
    }
    expect(await bedside.measure(1)).toBe('acknowledged');
    expect(await bedside.rollback()).toBeNull();
    expect(await bedside.inStore(audited)).toEqual([]);
  });

  test('that was put back to an older state is found out: its channels are closed, it is said and audited, and what is sent anew is stored', async () => {
    const bedside = await Bedside.start(await makeDatabase());
    expect(await bedside.measure(3)).toBe('acknowledged');
    await bedside.halt();
    const putBack = await bedside.copy();
    await bedside.serve();
    expect(await bedside.measure(4)).toBe('acknowledged');
    await bedside.halt();
    await putBack();

    await bedside.serve();
    expect(await bedside.rollback()).toMatchObject({ reason: 'store-older', readingsMissing: 4 });
    expect(await bedside.inStore((store) => store.channels.serials())).toEqual([]);
    expect(await bedside.inStore(audited)).toHaveLength(1);
    expect(await bedside.measure(1)).toBe('channel-unknown');
    await bedside.agree();
    expect(await bedside.measure(5)).toBe('acknowledged');
    expect((await bedside.inStore((store) => store.counts())).stored).toBe(8);

    await bedside.halt();
    await bedside.serve();
    expect(await bedside.rollback()).toBeNull();
    expect(await bedside.measure(1)).toBe('acknowledged');
  });

  test('without the anchor beside it, or with one that was altered, is not believed', async () => {
    const bedside = await Bedside.start(await makeDatabase());
    const { dataDir } = bedside.place;
    await bedside.halt();
    rmSync(join(dataDir, anchorFile));
    await bedside.serve();
    expect(await bedside.rollback()).toMatchObject({ reason: 'anchor-missing' });
    await bedside.agree();
    expect(await bedside.measure(1)).toBe('acknowledged');
    await bedside.halt();
    writeFileSync(join(dataDir, anchorFile), '99 99 99');
    await bedside.serve();
    expect(await bedside.rollback()).toMatchObject({ reason: 'anchor-refused' });
  });

  test('that is exchanged under a hospital ends it, with every channel closed', { timeout: 60_000 }, async () => {
    const bedside = await Bedside.start(await makeDatabase());
    const failed = expect(bedside.hospital.failed).rejects.toMatchObject({ code: 'store-replaced' });
    await bedside.inStore((store) => store.settings.set('anchor', '1 1 settled'));
    await failed;
    expect(await bedside.inStore((store) => store.channels.serials())).toEqual([]);
  });
});

test('a whole data folder that was put back is found out by the counter of the key store', async () => {
  const bedside = await Bedside.start(undefined);
  await bedside.halt();
  const putBack = await bedside.copy([...sqliteFiles, anchorFile]);
  await bedside.serve();
  await bedside.measure(1);
  await bedside.halt();
  await putBack();
  await bedside.serve();
  expect(await bedside.rollback()).toMatchObject({ reason: 'store-older' });
});

const marks = fc.record({ counter: fc.bigInt({ min: 0n, max: 5n }), mark: fc.nat(6) });
const evidence: fc.Arbitrary<Evidence> = fc.record({
  store: fc.option(fc.record({ counter: fc.bigInt({ min: 0n, max: 5n }), mark: fc.nat(6), advancing: fc.boolean() }), {
    nil: undefined,
  }),
  anchor: fc.oneof(
    fc.constant(undefined),
    fc.constant('refused' as const),
    marks.map((mark) => ({ ...mark, reading: 0 })),
  ),
  counter: fc.bigInt({ min: 0n, max: 6n }),
});

test('a store is believed only where mark, anchor and counter agree', () => {
  fc.assert(
    fc.property(evidence, (given) => {
      const { store, anchor, counter } = given;
      const verdict: Verdict = judgeStore(given);
      if (verdict !== 'believed') return;
      if (store === undefined || anchor === undefined || anchor === 'refused') throw new Error('expected evidence');
      expect(store.mark - anchor.mark === 0 || store.mark - anchor.mark === 1).toBe(true);
      expect(counter === store.counter || (store.advancing && counter === store.counter + 1n)).toBe(true);
      expect(anchor.counter <= store.counter).toBe(true);
    }),
    { seed: 11, numRuns: 5000 },
  );
});
