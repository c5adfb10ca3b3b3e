// `vitalseal ca` as a process of its own, as a person or a program runs it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const runner = fileURLToPath(new URL('./ca-process.fixture.ts', import.meta.url));

export interface CliAnswer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function newFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'vitalseal-ca-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export async function ca(...args: readonly string[]): Promise<CliAnswer> {
  const child = start(...args);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const { promise, resolve } = Promise.withResolvers<CliAnswer>();
  child.on('close', (status) => resolve({ status, stdout, stderr }));
  return promise;
}

/** For programs: the one line of JSON that `--json` prints. */
export async function caJson(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await ca(...args, '--json');
  if (status !== 0) throw new Error(`expected vitalseal ca to succeed: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

export function start(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [runner, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Resolves with the first line that the process prints. */
export async function firstLine(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
  });
  child.on('close', () => reject(new Error('expected a line before the end')));
  return promise;
}
