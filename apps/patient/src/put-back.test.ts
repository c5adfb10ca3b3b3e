// A gateway's data folder that is put back from an older copy: no counter is used twice, and whoever sits before it is told
// once that readings may be missing.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decimal, mdc, mdcUnit } from '@vitalseal/protocol';
import { CertifiedWorld } from '@vitalseal/secure-element/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { openCard } from './card/which-card.ts';
import { withCard } from './card/with-card.ts';
import { askControl } from './control/control-socket.ts';
import { runGateway } from './run-gateway.ts';
import { cardOfWorld, TlsHospital, testPin } from './testing/index.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

let hospital: TlsHospital;
let phone: string;
let entered = 0;

async function enter(): Promise<void> {
  const card = await openCard({ folder: phone });
  const value = decimal(360 + entered, -1);
  const measurements = [{ code: mdc.bodyTemperature, unit: mdcUnit.degreesCelsius, value }];
  const measuredAt = { utcMs: Date.now(), offsetMinutes: 0 };
  await withCard({ card, pin: testPin }, (mha) => mha.enterReading({ measuredAt, measurements }));
  await card.close();
  entered += 1;
}

async function display() {
  const card = await openCard({ folder: phone });
  const shown = await withCard({ card, pin: testPin }, (mha) => mha.display());
  await card.close();
  return shown;
}

/** The gateway runs until the hospital has so many readings, and confirmed them. @returns what it said of a copy */
async function deliverUntil(stored: number): Promise<string[]> {
  const lines: string[] = [];
  const stop = Promise.withResolvers<void>();
  const options = { folder: phone, hospital: hospital.url, card: { kind: 'software' }, pin: testPin } as const;
  const ran = runGateway(
    {
      ...options,
      listen: { host: '127.0.0.1', port: 0 },
      sensors: [],
      clock: { now: Date.now },
      batch: 50,
      say: (line) => lines.push(line),
    },
    stop.promise,
  );
  const isConfirmed = async () => {
    expect(hospital.hospital.stored.size).toBe(stored);
    expect(await askControl(phone, 'status')).toMatchObject({ waiting: { readings: 0 } });
  };
  await vi.waitFor(isConfirmed, { timeout: 30_000 });
  stop.resolve();
  await ran;
  return lines.filter((line) => /older copy/i.test(line));
}

test('a folder that was put back repeats no counter, and it is said once that readings may be missing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-put-back-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const [copy, world] = [join(folder, 'copy'), await CertifiedWorld.make(Date.now())];
  phone = join(folder, 'phone');
  hospital = await TlsHospital.listen(world);
  closing.push(() => hospital.close());
  await (await cardOfWorld(world, { folder: phone })).close();
  writeFileSync(join(phone, 'hospital.url'), hospital.url);

  await enter();
  expect(await deliverUntil(1)).toEqual([]);
  cpSync(phone, copy, { recursive: true });
  const { lastAcknowledgedAt } = (await display()).counts;
  await enter();
  expect(await deliverUntil(2)).toEqual([]);
  // Taken, and never delivered.
  await enter();
  rmSync(phone, { recursive: true });
  cpSync(copy, phone, { recursive: true });

  await enter();
  const said = await deliverUntil(4);
  expect(said).toHaveLength(1);
  const { putBack } = await display();
  const from = putBack?.from ?? 0;
  expect(said[0]).toContain(new Date(from).toISOString());
  // What is found out in the same second may be dated before it: a card that begins is told the time in whole seconds.
  expect(from).toBeLessThanOrEqual(lastAcknowledgedAt);
  expect(from).toBeGreaterThan(lastAcknowledgedAt - 1000);
  const codes = [...hospital.hospital.stored.values()].map(({ reading }) => reading.measurements[0]?.code);
  expect(codes.filter((code) => code === mdc.phonePutBack)).toHaveLength(1);
  await enter();
  expect(await deliverUntil(5)).toEqual([]);
  expect((await display()).putBack).toEqual(putBack);
  expect(hospital.hospital.repeatedCounters).toBe(0);
}, 120_000);
