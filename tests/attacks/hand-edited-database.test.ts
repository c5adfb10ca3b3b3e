// Table II, HIPAA, from the inside: somebody who administers the hospital's machine has its database in hand, edits it, and
// hides the traces as well as they can. They have no key of the log. What an auditor runs names what they did.

import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clinician } from '@vitalseal/clinician';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { whenRun } from '../journeys/command-line.fixture.ts';
import { PatientInHand } from './patient-in-hand.fixture.ts';
import { identities, nameOf, soon, Ward } from './ward.fixture.ts';

// Each attack is looked for by processes of their own.
vi.setConfig({ testTimeout: 120_000 });

let ward: Ward;
let doctor: Clinician;
let folder: string;
let exported: string;
let copies = 0;

beforeAll(async () => {
  ward = await Ward.open();
  const patient = await PatientInHand.enrol(ward);
  doctor = await ward.clinician(identities.doctor);
  await vi.waitFor(() => expect(doctor.ward.get().complete).toBe(true), soon);
  // The honest way first: readings, an alarm that is opened and acknowledged.
  for (const pulse of [72, 75, 170, 76]) expect((await patient.deliver(pulse)).confirmed).toHaveLength(1);
  await vi.waitFor(async () => expect((await ward.store.counts()).alarms.opened).toBe(1), soon);
  const [alarm = ''] = doctor.ward.get().alarms.keys();
  await doctor.acknowledge(alarm);
  await doctor.loadHistory(identities.patient.id, 0);
  await doctor.stop();
  await ward.halt();
  folder = join(ward.folder, 'hospital');
  exported = join(ward.folder, 'whole.audit');
  await ward.store.close();
});
afterAll(() => ward.close());

/** The hospital's folder as whoever has it would edit it: another copy for each attack. */
function edited(work: (database: DatabaseSync) => void): string {
  copies += 1;
  const copy = join(ward.folder, `copy-${copies}`);
  mkdirSync(copy);
  cpSync(folder, copy, { recursive: true });
  const database = new DatabaseSync(join(copy, 'hospital.sqlite'));
  work(database);
  database.close();
  return copy;
}

const verify = (data: string) => whenRun(['hospital', 'audit', 'verify', '--data', data]);
const numberOf = (database: DatabaseSync, kind: string): number => {
  const row = database.prepare(`select number from audit_entries where entry like ? limit 1`).get(`%"kind":"${kind}"%`);
  return Number(row?.number);
};
const leafOf = (entry: string): Buffer => createHash('sha256').update(`\0${entry}`).digest();

test('the honest store and its log are proved, on the machine and from an export alone', async () => {
  expect(await verify(folder)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('store: 4 readings are as'),
  });
  const key = await whenRun(['hospital', 'audit', 'key', '--data', folder]);
  writeFileSync(join(ward.folder, 'log.key'), key.stdout);
  expect((await whenRun(['hospital', 'audit', 'export', '--data', folder, '--out', exported])).status).toBe(0);
  const verified = await whenRun(['audit', 'verify', exported, '--key', join(ward.folder, 'log.key')]);
  expect(verified).toMatchObject({ status: 0, stdout: expect.stringContaining('proved: entries 0 to') });
});

test('the log tells the receipts of a reading from the sensor to the doctor who answered', async () => {
  const { stdout } = await whenRun([
    'hospital',
    'audit',
    'receipts',
    '--data',
    folder,
    '--patient',
    'patient-1',
    '--json',
  ]);
  const receipts = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { alarms: object[]; source: string });
  expect(receipts).toHaveLength(4);
  const by = 'urn:vitalseal:doctor:doctor-1';
  expect(receipts[2]?.alarms).toMatchObject([{ received: [{ by }], opened: [{ by }], acknowledged: [{ by }] }]);
});

test('the log says who watched whom and who read the past, and holds no name', async () => {
  const log = readFileSync(exported, 'utf8');
  for (const kind of ['watch-began', 'watch-ended', 'history-read', 'alarm-acknowledged', 'hospital-stopped']) {
    expect.soft(log).toContain(`"kind":"${kind}"`);
  }
  expect(log).not.toContain(nameOf(identities.patient.id));
  expect(log).not.toContain('Augusta');
});

test('a reading that was edited is named', async () => {
  const copy = edited((database) => {
    database.exec('update readings set payload = zeroblob(200) where number = 2');
  });
  expect(await verify(copy)).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(
      /DAMAGED \(edited\): reading 1 of urn:vitalseal:\S+ for urn:vitalseal:patient:patient-1/,
    ),
  });
});

test('a reading that was removed is named, though the entry that tells of it was removed with it', async () => {
  const plain = edited((database) => database.exec('delete from readings where number = 3'));
  expect(await verify(plain)).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('DAMAGED (removed): reading 2 of'),
  });
  let entry = -1;
  const hidden = edited((database) => {
    entry = numberOf(database, 'alarm-raised');
    database.prepare('delete from audit_entries where number = ?').run(entry);
  });
  expect(await verify(hidden)).toMatchObject({
    status: 1,
    stdout: expect.stringContaining(`DAMAGED (removed): entry ${entry} is missing`),
  });
});

test('a reading that was added is named', async () => {
  const copy = edited((database) =>
    database.exec(
      'insert into readings (stream, sequence, patient, measured_at, received_at, payload) select stream, 4711, patient, measured_at, received_at, payload from readings where number = 1',
    ),
  );
  expect(await verify(copy)).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('DAMAGED (added): reading 4711'),
  });
});

test('somebody who was put on the staff is named', async () => {
  const copy = edited((database) =>
    database.exec(
      `insert into people (identity, role, name, tier, on_call) select 'urn:vitalseal:doctor:mallory', role, name, tier, on_call
        from people where identity = 'urn:vitalseal:doctor:doctor-1'`,
    ),
  );
  expect(await verify(copy)).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('DAMAGED (added): urn:vitalseal:doctor:mallory is on the staff'),
  });
});

test('an entry that was edited is named: another doctor is to have acknowledged', async () => {
  let entry = -1;
  const copy = edited((database) => {
    entry = numberOf(database, 'alarm-acknowledged');
    database
      .prepare('update audit_entries set entry = replace(entry, ?, ?) where number = ?')
      .run('doctor:doctor-1', 'doctor:doctor-9', entry);
  });
  expect(await verify(copy)).toMatchObject({
    status: 1,
    stdout: expect.stringContaining(`entry ${entry} was altered`),
  });
});

test('an entry that was edited with all the hashes that follow from it is found by the signature', async () => {
  let first = -1;
  const copy = edited((database) => {
    first = numberOf(database, 'alarm-acknowledged');
    const rows = database
      .prepare('select number, entry from audit_entries where number >= ? order by number')
      .all(first);
    let previous = '';
    for (const { number, entry } of rows) {
      let line = String(entry);
      line =
        Number(number) === first
          ? line.replace('doctor:doctor-1', 'doctor:doctor-9')
          : line.replace(/"prev":"[^"]*"/, `"prev":"${previous}"`);
      const leaf = leafOf(line);
      previous = leaf.toString('base64');
      database.prepare('update audit_entries set entry = ?, leaf = ? where number = ?').run(line, leaf, Number(number));
    }
    database.prepare('update audit_head set last = ?').run(previous);
  });
  const { status, stdout } = await verify(copy);
  expect(status).toBe(1);
  const [, from, to] =
    /DAMAGED \(forged\): one of the entries (\d+) to (\d+) is not what was signed/.exec(stdout) ?? [];
  expect(Number(from)).toBeLessThanOrEqual(first);
  expect(Number(to)).toBeGreaterThanOrEqual(first);
});

test('a log that was cut off, checkpoints and head with it, is found by the checkpoint beside the database', async () => {
  const copy = edited((database) => {
    const [{ size }] = database.prepare('select size from audit_checkpoints order by size limit 1').all() as [
      { size: number },
    ];
    database.prepare('delete from audit_entries where number >= ?').run(size);
    database.prepare('delete from audit_checkpoints where size > ?').run(size);
    const last = database.prepare('select leaf from audit_entries where number = ?').get(size - 1)?.leaf as Uint8Array;
    database.prepare('update audit_head set size = ?, last = ?').run(size, Buffer.from(last).toString('base64'));
  });
  expect(await verify(copy)).toMatchObject({ status: 1, stdout: expect.stringContaining('DAMAGED (truncated)') });
});

test('an export that was made of another log is refused under the key that the auditor has', async () => {
  const lines = readFileSync(exported, 'utf8').split('\n');
  const forged = join(ward.folder, 'forged.audit');
  const at = lines.findIndex((line) => line.includes('"kind":"alarm-acknowledged"'));
  lines[at] = (lines[at] ?? '').replace('doctor:doctor-1', 'doctor:doctor-9');
  writeFileSync(forged, lines.join('\n'));
  const entry = Number(/\{"n":(\d+),/.exec(lines[at] ?? '')?.[1]);
  const verified = await whenRun(['audit', 'verify', forged, '--key', join(ward.folder, 'log.key')]);
  expect(verified).toMatchObject({ status: 1, stdout: expect.stringContaining(`entry ${entry} was altered`) });
  const foreign = edited(() => undefined);
  const other = await whenRun(['hospital', 'rotate', 'audit', '--data', foreign]);
  expect(other.status).toBe(0);
  const taken = join(ward.folder, 'foreign.key');
  writeFileSync(taken, (await whenRun(['hospital', 'audit', 'key', '--data', foreign])).stdout);
  const refused = await whenRun(['audit', 'verify', exported, '--key', taken]);
  expect(refused).toMatchObject({ status: 1, stdout: expect.stringContaining('DAMAGED (foreign-key)') });
});

test('a log that goes on under a key which the one before could not name is proved to whoever has both', async () => {
  const keyFile = 'software-keys.json';
  const rotated = edited(() => undefined);
  expect((await whenRun(['hospital', 'rotate', 'audit', '--data', rotated])).status).toBe(0);
  const recovered = edited(() => undefined);
  copyFileSync(join(rotated, keyFile), join(recovered, keyFile));
  expect(await verify(recovered)).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('DAMAGED (foreign-key)'),
  });

  const both = await whenRun([
    'hospital',
    'audit',
    'verify',
    '--data',
    recovered,
    '--key',
    join(ward.folder, 'log.key'),
  ]);
  expect(both).toMatchObject({ status: 0, stdout: expect.stringContaining('store: 4 readings are as') });
});
