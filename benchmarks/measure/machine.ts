// What a figure was measured on: without it a figure says nothing.
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, fdatasyncSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from './statistics.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  readonly sqlite: string;
  readonly openssl: string;
  /** 'none' where it is not installed. */
  readonly postgresql: string;
  /** Median of 4 KiB appended and on the disk (fdatasync), in the folder where the databases of a benchmark are. */
  readonly diskSyncMs: number;
}

export function describeMachine(): Machine {
  const { sqlite = 'none', openssl = 'none' } = process.versions;
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    sqlite,
    openssl,
    postgresql: postgresqlVersion(),
    diskSyncMs: diskSyncMs(),
  };
}

function postgresqlVersion(): string {
  const root = '/usr/lib/postgresql';
  const newest = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a))[0] : undefined;
  if (newest === undefined) return 'none';
  const said = execFileSync(join(root, newest, 'bin', 'postgres'), ['--version'], { encoding: 'utf8' });
  return /\d+(\.\d+)*/.exec(said)?.[0] ?? 'none';
}

function diskSyncMs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-bench-'));
  const file = openSync(join(folder, 'sync'), 'w');
  try {
    const page = Buffer.alloc(4096, 1);
    const times = Array.from({ length: 50 }, () => {
      const started = performance.now();
      writeSync(file, page);
      fdatasyncSync(file);
      return performance.now() - started;
    });
    return Number(median(times).toFixed(2));
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  }
}
