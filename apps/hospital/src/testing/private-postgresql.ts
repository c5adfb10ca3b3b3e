/**
 * A PostgreSQL cluster of one test run's own: in a temporary folder, on a Unix socket only, gone afterwards.
 * PostgreSQL is required by the store's tests, never skipped: without it half of what is released is untested.
 */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export interface PrivatePostgresql {
  /** A connection URL of a fresh, empty database. */
  createDatabase(): Promise<string>;
  /** A copy of a database that nobody is connected to: its connection URL. */
  copyDatabase(url: string): Promise<string>;
  /** Stops the server at once, as a power cut of its machine would (`immediate`: no clean shutdown). */
  halt(): void;
  start(): void;
  /** Stops the server and deletes its folder. */
  remove(): void;
}

function findBinaries(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  for (const version of versions) {
    const bin = join(root, version, 'bin');
    if (existsSync(join(bin, 'initdb'))) return bin;
  }
  throw new Error(
    'PostgreSQL is required for these tests and was not found: expected initdb under /usr/lib/postgresql/*/bin (Debian: apt-get install postgresql)',
  );
}

/** initdb refuses root, so under root everything runs as the user postgres, whom Debian's package creates. */
function asServerUser(command: string, args: readonly string[]): { file: string; args: string[] } {
  if (process.getuid?.() !== 0) return { file: command, args: [...args] };
  return {
    file: 'setpriv',
    args: ['--reuid=postgres', '--regid=postgres', '--init-groups', '--', command, ...args],
  };
}

function run(command: string, args: readonly string[]): void {
  const call = asServerUser(command, args);
  // A daemon that inherits a pipe would keep this call waiting for ever: its output goes to a file of its own.
  execFileSync(call.file, call.args, { stdio: ['ignore', 'ignore', 'inherit'], cwd: '/' });
}

export function startPrivatePostgresql(): PrivatePostgresql {
  const bin = findBinaries();
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-pg-'));
  if (process.getuid?.() === 0) {
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
    chownSync(folder, id('-u'), id('-g'));
  }
  const data = join(folder, 'data');
  const log = join(folder, 'log');
  run(join(bin, 'initdb'), ['-D', data, '-U', 'vitalseal', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N']);
  const start = () => {
    const settings = `-c listen_addresses='' -c unix_socket_directories=${folder}`;
    run(join(bin, 'pg_ctl'), ['-D', data, '-l', log, '-w', '-o', settings, 'start']);
  };
  const halt = () => {
    run(join(bin, 'pg_ctl'), ['-D', data, '-w', '-m', 'immediate', 'stop']);
  };
  start();
  let databases = 0;
  const create = async (of: string) => {
    databases += 1;
    const name = `hospital_${databases}`;
    const client = new pg.Client({ host: folder, user: 'vitalseal', database: 'postgres' });
    await client.connect();
    await client.query(`create database ${name} template ${of}`);
    await client.end();
    return `postgresql://vitalseal@/${name}?host=${encodeURIComponent(folder)}`;
  };
  return {
    createDatabase: () => create('template1'),
    copyDatabase: (url) => create(/@\/(\w+)/.exec(url)?.[1] ?? ''),
    start,
    halt,
    remove() {
      try {
        halt();
      } catch {
        // Already stopped by the test itself.
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
