// The command line as a reader runs it: a process, its output, its exit code.

import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const vitalsealProgram = fileURLToPath(new URL('../../apps/vitalseal/bin/vitalseal.js', import.meta.url));

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `vitalseal` to its end. */
export function whenRun(args: readonly string[], cwd?: string): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [vitalsealProgram, ...args],
      { cwd, timeout: 60_000, env: { ...process.env, NO_COLOR: '1' } },
      (error, stdout, stderr) => {
        const status = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
        resolve({ status, stdout, stderr });
      },
    );
  });
}

export interface Running {
  /** What it has said by now. */
  readonly said: () => string;
  stop(): Promise<void>;
}

/** `vitalseal` in the background, until it is stopped as by a person. */
export function running(args: readonly string[]): Running {
  const child = spawn(process.execPath, [vitalsealProgram, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    said: () => said,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
