import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { demoCommand } from './demo-command.ts';
import { DemoError } from './errors.ts';
import type { Report } from './report/report.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitalseal-demo-test-'));
const recording = (name: string) => fileURLToPath(new URL(`../recordings/${name}.csv`, import.meta.url));

/** Too fast for an ambulance: a reading that arrives ten minutes old calls none, and at this speed that is a quarter of a second. */
const fast = '2400';

afterAll(() => rmSync(folder, { recursive: true }));

test('every reading is confirmed and stored once, and every alarm opened by the doctor, whatever is killed', async () => {
  const report = await runKilling(6);
  expectAlarms(report);
  expect(report.latencyMs.sensorToAcknowledgement.p50).toBeGreaterThan(0);
  expect(report.latencyMs.sensorToDoctor.p50).toBeGreaterThan(0);
}, 240_000);

test('the same holds with the cards in readers of the PC/SC stack, pulled out in the middle', async () => {
  expectAlarms(await runKilling(6, '--card', 'pcsc'));
}, 240_000);

test('over the emulated radio, sensors and phones in processes of their own, the report is that of one process', async () => {
  // Slow enough that no moment of a busy machine is long in the patients' time: alarms depend on when a value arrives.
  const options = ['--speed', '90', '--replay', worsening('mild', 1), '--replay', worsening('severe', 2)];
  const { latencyMs: _, ...overTheRadio } = await run('--ble', 'emulated', ...options);
  const { latencyMs: __, ...inProcess } = await run(...options);
  expect(overTheRadio).toEqual(inProcess);
  const readings = { measured: 60, acknowledged: 60, stored: 60, duplicates: 0 };
  expect(overTheRadio).toMatchObject({ patients: 2, readings, refused: 0 });
  expect(overTheRadio.alarms.raised).toBeGreaterThan(1);
  expect(overTheRadio.dispatches).toBeGreaterThan(0);
}, 240_000);

test('over the radio, too, nothing is lost and nothing stored twice, whatever is killed', async () => {
  await runKilling(6, '--ble', 'emulated');
}, 240_000);

test("the same holds with the hospital's keys in a TPM", async () => {
  expectAlarms(await runKilling(3, '--tpm', 'swtpm'));
}, 240_000);

test('a recording that is not there, and options that do not go together, are mistakes', async () => {
  await expect(run('--speed', fast, '--replay', join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'demo-file' });
  await expect(run('--replay', folder)).rejects.toMatchObject({
    code: 'demo-file',
    message: expect.stringContaining(folder),
  });
  for (const report of [folder, join(folder, 'none', 'report.json'), join('/proc', 'report.json')]) {
    await expect(parse('--headless', '--report', report)).rejects.toMatchObject({ code: 'demo-option' });
  }
  await expect(parse('--kill', '3')).rejects.toBeInstanceOf(DemoError);
  await expect(parse('--tpm', 'here')).rejects.toMatchObject({ code: 'tpm-address-malformed' });
  const tooMany = Array.from({ length: 17 }, () => ['--replay', recording('a41200n')]).flat();
  await expect(parse('--card', 'pcsc', ...tooMany)).rejects.toMatchObject({ code: 'demo-option' });
});

/** The recordings of two patients, with parts of the system killed. */
async function runKilling(times: number, ...options: string[]): Promise<Report> {
  const recordings = ['--replay', recording('a41200n'), '--replay', recording('a42141n')];
  const report = await run('--speed', fast, '--kill', `${times}`, ...options, ...recordings);
  const { measured, acknowledged, stored } = report.readings;
  expect(report.patients).toBe(2);
  expect(measured).toBeGreaterThan(1_500);
  expect({ acknowledged, stored }).toEqual({ acknowledged: measured, stored: measured });
  expect(report.alarms.openedByDoctor).toBe(report.alarms.raised);
  return report;
}

function expectAlarms({ alarms, refused }: Report): void {
  expect(alarms.raised).toBeGreaterThan(5);
  expect(alarms.delivered).toBe(alarms.raised);
  expect(refused).toBe(0);
}

async function run(...options: string[]): Promise<Report> {
  const file = join(folder, 'report.json');
  await parse('--headless', '--report', file, ...options);
  return JSON.parse(readFileSync(file, 'utf8'));
}

async function parse(...options: string[]): Promise<void> {
  await demoCommand().exitOverride().parseAsync(options, { from: 'user' });
}

/** Half an hour of a patient who is well for ten minutes and then is not. */
function worsening(patient: string, steps: number): string {
  const rows = Array.from({ length: 30 }, (_, minute) => {
    const worse = minute < 10 ? 0 : Math.min(steps, Math.floor((minute - 4) / 6));
    return [patient, minute * 60, 72 + 30 * worse, 98 - 4 * worse, 14 + 6 * worse, 120 - 18 * worse].join(',');
  });
  const file = join(folder, `${patient}.csv`);
  writeFileSync(file, `patient,time_s,hr,spo2,resp,sbp\n${rows.join('\n')}\n`);
  return file;
}
