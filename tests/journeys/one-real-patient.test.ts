// The README's second section, line by line: its commands run as they stand, in an empty folder, by one shell that stops
// at the first failure. Only the port numbers are replaced, so that the journey disturbs nobody who has followed it.

import { spawn } from 'node:child_process';
import { closeSync, globSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '@vitalseal/app-demo';
import { memoryCustody, registerPasskey, signInWithPasskey, startClinician } from '@vitalseal/clinician';
import { SoftwareAuthenticator } from '@vitalseal/clinician/node';
import { afterEach, expect, test } from 'vitest';
import { vitalsealProgram, whenRun } from './command-line.fixture.ts';

const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
const portsInTheText = ['8441', '8443', '8080', '9401'];
const soon = { timeout: 60_000, interval: 250 };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function commandsOf(heading: string): string {
  const section = readme.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`expected a section "${heading}" in README.md`);
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block).join('');
}

/** Runs a script to its end; what it left in the background runs on, until the test ends. */
async function runScript(folder: string, script: string): Promise<{ status: number | null; output: () => string }> {
  const file = join(folder, 'output.txt');
  // A file and no pipe: the servers in the background keep it open.
  const log = openSync(file, 'a');
  // As from a terminal of the reader's: nothing of the npm that may run this test.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$|^VITEST/.test(name)),
  );
  const shell = spawn('bash', ['-c', script], { cwd: folder, env, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  closing.push(() => endGroup(shell.pid));
  const status = await new Promise<number | null>((resolve) => shell.once('exit', resolve));
  return { status, output: () => readFileSync(file, 'utf8') };
}

/** The shell was made the leader of a group of its own, so that nothing it started is left. */
async function endGroup(group: number | undefined): Promise<void> {
  if (group === undefined) return;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (let tries = 0; tries < 50; tries++) {
      try {
        process.kill(-group, tries === 0 ? signal : 0);
      } catch {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

test("the README's real patient: enrolled, measured, confirmed, stored, and the doctor opens the alarm", {
  timeout: 180_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-readme-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
  symlinkSync(vitalsealProgram, join(folder, 'node_modules', '.bin', 'vitalseal'));

  let script = commandsOf('One real patient');
  const ports = await freePorts(portsInTheText.length);
  for (const [index, port] of portsInTheText.entries()) {
    expect(script, `the port ${port} in the README's commands`).toContain(port);
    script = script.replaceAll(new RegExp(`\\b${port}\\b`, 'g'), String(ports[index]));
  }
  const { status, output } = await runScript(folder, `set -e\n${script}`);
  expect(output()).not.toMatch(/^\s+at /m);
  expect(status, output()).toBe(0);

  const [measured = 0, acknowledged] = (/measured (\d+), acknowledged (\d+)/.exec(output()) ?? []).slice(1).map(Number);
  expect(measured).toBeGreaterThan(0);
  expect(acknowledged).toBe(measured);
  const [store = ''] = globSync('**/phone/card.db', { cwd: folder });
  const data = join(folder, dirname(dirname(store)));

  await expect
    .poll(
      async () => JSON.parse((await whenRun(['patient', 'status', '--data', 'phone', '--json'], data)).stdout),
      soon,
    )
    .toMatchObject({ counts: { acknowledged: measured, refused: 0 }, waiting: { readings: 0 } });
  const report = async () =>
    JSON.parse((await whenRun(['hospital', 'report', '--data', 'hospital'], data)).stdout) as unknown;
  expect(await report()).toMatchObject({ patients: 1, stored: measured, duplicates: 0, refused: 0 });

  // The link that the doctor is to open, once, is in what was printed.
  const [link = ''] = /http:\S+\/doctor\/#\S+/.exec(output()) ?? [];
  const custody = memoryCustody();
  const { origin } = new URL(link);
  const passkeys = new SoftwareAuthenticator({ origin });
  const transport = { hospitalUrl: `${origin}/`, fetch };
  await registerPasskey({ invitation: link, custody, passkeys, transport });
  await signInWithPasskey({ roles: ['doctor'], custody, passkeys, transport });
  const doctor = await startClinician({ role: 'doctor', hospitalUrl: origin, custody });
  closing.push(() => doctor.stop());
  await expect.poll(() => doctor.counts().opened, soon).toBeGreaterThan(0);
  expect([...doctor.ward.get().patients.values()]).toHaveLength(1);
  await expect.poll(report, soon).toMatchObject({ alarms: { raised: 1, delivered: 1, opened: 1 } });
});
