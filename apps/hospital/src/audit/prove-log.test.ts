import { entryBytes, leafHash, verifyConsistencyProof, verifyInclusionProof } from '@vitalseal/audit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { TestHospital } from '../testing/test-hospital.ts';
import { LogKeeper } from './log-keeper.ts';
import { LogReader } from './log-reader.ts';
import { proveEntry, proveGrowth, type VouchedLog } from './prove-log.ts';

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

describe.each(['SQLite', 'PostgreSQL'])('a proof from the log of a hospital on %s', (name) => {
  let hospital: TestHospital;
  /** The checkpoint of an early day, and the log as it is now. */
  let kept: string;
  let log: VouchedLog;

  beforeEach(async () => {
    const databaseUrl = name === 'SQLite' ? undefined : await postgresql.createDatabase();
    hospital = await TestHospital.start(databaseUrl === undefined ? {} : { databaseUrl });
    const signed = async (): Promise<VouchedLog> => {
      const { store, keys } = hospital;
      const keeper = new LogKeeper({ store, key: () => keys.keyStore.auditKey });
      const { note, size } = await keeper.sign();
      return { database: store.database, note, size, key: await keeper.noteKey() };
    };
    await hospital.admit('p1');
    const patient = await hospital.patient('p1');
    await patient.agree();
    await patient.send([await patient.sealReading(1)]);
    kept = (await signed()).note;
    for (let sequence = 2; sequence < 9; sequence++) await patient.send([await patient.sealReading(sequence)]);
    await hospital.halt();
    log = await signed();
  });
  afterEach(() => hospital.remove());

  test('proves each entry with nothing but the proof and the key', async () => {
    const stored: string[] = [];
    for await (const { entry } of new LogReader(log.database).entries(0, log.size)) stored.push(entry);
    expect(stored.length).toBeGreaterThan(10);
    for (const [index, entry] of stored.entries()) {
      const proof = await proveEntry(log, index);
      expect(await verifyInclusionProof(proof, { keys: [log.key] })).toMatchObject({ index, entry });
      // Of the others it shows nothing.
      expect(proof).not.toContain(
        Buffer.from(entryBytes(stored[(index + 1) % stored.length] ?? '')).toString('base64'),
      );
    }
    await expect(proveEntry(log, log.size)).rejects.toMatchObject({ code: 'audit-entry-unknown' });
  });

  test('proves that the log goes on from a checkpoint of before', async () => {
    const proven = await verifyConsistencyProof(await proveGrowth(log, kept), { kept, keys: [log.key] });
    expect(proven.later.size).toBe(log.size);
    expect(proven.earlier.size).toBeLessThan(log.size);
    await expect(proveGrowth(log, kept.replace(/^\S+/, 'another/log'))).rejects.toMatchObject({
      code: 'audit-key-foreign',
    });
    const longer = kept.replace(/\n\d+\n/, `\n${log.size + 1}\n`);
    await expect(proveGrowth(log, longer)).rejects.toMatchObject({ code: 'audit-log-damaged' });
  });

  test('is made of no log that somebody has edited', async () => {
    const { database } = log;
    const at = 3;
    const row = await database
      .selectFrom('audit_entries')
      .selectAll()
      .where('number', '=', at)
      .executeTakeFirstOrThrow();
    const edited = row.entry.replace(/"at":\d/, '"at":9');
    const change = async (set: Partial<typeof row>) => {
      await database.updateTable('audit_entries').set(set).where('number', '=', at).execute();
    };
    await change({ entry: edited });
    await expect(proveEntry(log, at)).rejects.toMatchObject({ code: 'audit-log-damaged' });
    // With the hash beside it made anew: then it leads nowhere for every other entry as well.
    await change({ leaf: await leafHash(entryBytes(edited)) });
    await expect(proveEntry(log, at)).rejects.toMatchObject({ code: 'audit-log-damaged' });
    await expect(proveEntry(log, at + 1)).rejects.toMatchObject({ code: 'audit-log-damaged' });
    await expect(proveGrowth(log, kept)).rejects.toMatchObject({ code: 'audit-log-damaged' });
    await change({ entry: row.entry, leaf: row.leaf });
    await proveEntry(log, at + 1);
    await database.deleteFrom('audit_entries').where('number', '=', at).execute();
    await expect(proveEntry(log, at)).rejects.toMatchObject({ code: 'audit-log-damaged' });
    await expect(proveEntry(log, at + 1)).rejects.toMatchObject({ code: 'audit-log-damaged' });
  });
});
