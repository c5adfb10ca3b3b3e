// A disk without room: SQLite's own SQLITE_FULL under the element. The sensor is told and keeps its records; what was
// acknowledged is there; and when the hospital has taken some, there is room again.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { sqliteStorage } from './storage/sqlite-storage.ts';
import { elementInService, shakeHandsWithHospital, shakeHandsWithSensor } from './testing/index.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

test('a full disk refuses new readings, keeps every acknowledged one, and recovers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-full-'));
  folders.push(folder);
  const storage = sqliteStorage({ path: join(folder, 'element.db'), maxPages: 40 });
  const service = await elementInService({ storage });
  const { element, sensor, hospital, clock } = service;
  await shakeHandsWithSensor(service);
  await shakeHandsWithHospital(service, element);
  const at = { utcMs: clock.at, offsetMinutes: 0 };
  const deliver = async () => {
    const batch = await element.sealBatch({ sentAt: at, at: clock.at });
    if (batch) await element.takeHospitalAnswer(await hospital.records(batch.body), clock.at);
  };

  let acknowledged = 0;
  let refused: unknown;
  let record = await sensor.seal(60);
  while (refused === undefined && acknowledged < 2000) {
    try {
      const { acknowledgements } = await sensor.open(await element.takeSensorRecords([record], at));
      expect(acknowledgements[0]?.results).toMatchObject([{ outcome: 'stored' }]);
      acknowledged += 1;
      record = await sensor.seal(60 + acknowledged);
    } catch (error) {
      refused = error;
    }
  }
  expect(refused).toMatchObject({ code: 'storage-full' });
  expect(acknowledged).toBeGreaterThan(20);
  expect(await element.duty(clock.at)).toMatchObject({ waiting: acknowledged });

  while ((await element.duty(clock.at)).waiting > 0) await deliver();
  expect(hospital.stored.size).toBe(acknowledged);
  const { acknowledgements } = await sensor.open(await element.takeSensorRecords([record], at));
  expect(acknowledgements[0]?.results).toMatchObject([{ outcome: 'stored' }]);
  await deliver();
  expect(hospital.stored.size).toBe(acknowledged + 1);
  expect(hospital.repeatedCounters).toBe(0);
  await element.close();
});
