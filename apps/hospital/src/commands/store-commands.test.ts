// What a person at the hospital does with the store: back it up, put it back, decide what is kept, erase.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hospitalCommand } from '../hospital-command.ts';
import { openHospitalStore } from '../store/open-hospital-store.ts';
import { becomeSoleServer } from '../store/sole-server.ts';
import { writeHospitalFolder } from '../testing/hospital-process.ts';
import { startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { makeTestAuthority } from '../testing/test-authority.ts';
import { testHospitalIdentity } from '../testing/test-hospital.ts';

const postgresql = startPrivatePostgresql();
afterAll(() => postgresql.remove());

let folder: string;
let data: string;
let text = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-commands-'));
  data = join(folder, 'hospital');
  const authority = await makeTestAuthority();
  await writeHospitalFolder(data, await authority.hospitalKeys(testHospitalIdentity), 'https://127.0.0.1:9');
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

async function hospital(...args: readonly string[]): Promise<string> {
  text = '';
  const command = hospitalCommand();
  const quiet = (each: typeof command): void => {
    each.exitOverride().configureOutput({ writeErr: () => undefined });
    for (const inner of each.commands) quiet(inner);
  };
  quiet(command);
  await command.parseAsync([...args, '--data', data], { from: 'user' });
  return text;
}

async function names(databaseUrl?: string): Promise<string[]> {
  const store = await openHospitalStore({ dataDir: data, databaseUrl });
  try {
    return (await store.patients.all()).map(({ name }) => name);
  } finally {
    await store.close();
  }
}

test('a patient is erased only when discharged, and only when that is confirmed', async () => {
  await hospital('admit', '--patient', 'p1', '--name', 'Anna Berg');
  await expect(hospital('erase', '--patient', 'p1')).rejects.toMatchObject({ code: 'patient-under-care' });
  await expect(hospital('erase', '--patient', 'p9')).rejects.toMatchObject({ code: 'unknown-patient' });
  await hospital('discharge', '--patient', 'p1');
  await expect(hospital('erase', '--patient', 'p1')).rejects.toMatchObject({ code: 'not-confirmed' });
  await expect(hospital('erase', '--patient', 'p1', '--confirm', 'p2')).rejects.toMatchObject({
    code: 'not-confirmed',
  });
  expect(await names()).toEqual(['Anna Berg']);
  expect(await hospital('erase', '--patient', 'p1', '--confirm', 'p1')).toMatch(/erased, and 0 readings/);
  expect(await names()).toEqual(['']);
});

test('a backup is restored into the other kind of store, and who was erased since does not come back', async () => {
  await hospital('admit', '--patient', 'p1', '--name', 'Anna Berg');
  await hospital('admit', '--patient', 'p2', '--name', 'Bruno Clausen');
  const out = join(folder, 'backup');
  expect(await hospital('backup', '--out', out)).toMatch(
    /rows are in .*, and were restored from it. Content: sha256 [0-9a-f]{64}/,
  );
  await expect(hospital('backup', '--out', out)).rejects.toMatchObject({ code: 'invalid-file' });
  await expect(hospital('restore', '--from', out)).rejects.toMatchObject({ code: 'store-not-empty' });
  await hospital('discharge', '--patient', 'p1');
  await hospital('erase', '--patient', 'p1', '--confirm', 'p1');

  const databaseUrl = await postgresql.createDatabase();
  const sole = await becomeSoleServer({ dataDir: data, databaseUrl });
  await expect(hospital('restore', '--from', out, '--database-url', databaseUrl)).rejects.toMatchObject({
    code: 'already-running',
  });
  await sole.release();
  const said = await hospital('restore', '--from', out, '--database-url', databaseUrl);
  expect(said).toMatch(/1 patients who were erased since are erased again/);
  expect(await names(databaseUrl)).toEqual(['', 'Bruno Clausen']);
});

test('a backup that was cut is refused before there is a store', async () => {
  await hospital('admit', '--patient', 'p1', '--name', 'Anna Berg');
  const out = join(folder, 'backup');
  await hospital('backup', '--out', out);
  writeFileSync(out, readFileSync(out).subarray(0, -1));
  for (const name of ['hospital.sqlite', 'hospital.sqlite-wal', 'hospital.sqlite-shm']) {
    rmSync(join(data, name), { force: true });
  }
  await expect(hospital('restore', '--from', out)).rejects.toMatchObject({ code: 'backup-malformed' });
  expect(existsSync(join(data, 'hospital.sqlite'))).toBe(false);
});

test('retention is shown, set and enforced', async () => {
  expect(JSON.parse(await hospital('retention', 'show'))).toEqual({ readings: null, discharged: null });
  await hospital('retention', 'set', '--readings', '365');
  expect(JSON.parse(await hospital('retention', 'set', '--discharged', '30'))).toEqual({
    readings: 365,
    discharged: 30,
  });
  expect(JSON.parse(await hospital('retention', 'set', '--readings', 'for-ever'))).toEqual({
    readings: null,
    discharged: 30,
  });
  await expect(hospital('retention', 'set', '--readings', '0')).rejects.toThrow('1 to');
  expect(await hospital('retention', 'run')).toMatch(/Removed 0 readings/);
});

test('new data keys are made for one patient, or for all', async () => {
  await hospital('admit', '--patient', 'p1', '--name', 'Anna Berg');
  expect(await hospital('rotate', 'data', '--patient', 'p1')).toMatch(/^1 new data keys/);
  expect(await hospital('rotate', 'data')).toMatch(/^2 new data keys/);
  expect(await names()).toEqual(['Anna Berg']);
});
