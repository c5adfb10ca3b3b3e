/**
 * One command at a time replaces keys: of two that wrapped the data under a new key each, one would be the only one that is
 * kept. A file names the process; one that died holds nobody up.
 */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { HospitalError } from '../errors.ts';

const fileName = 'keys.lock';

/** @throws HospitalError `keys-busy` */
export async function alone<Result>(dataDir: string, work: () => Promise<Result>): Promise<Result> {
  const path = join(dataDir, fileName);
  take(path);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): void {
  for (const isLast of [false, true]) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, `${process.pid}\n`);
      closeSync(file);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      if (isLast || isRunning(path)) {
        throw new HospitalError('keys-busy', 'expected no other command to be replacing keys of this hospital');
      }
      rmSync(path, { force: true });
    }
  }
}

function isRunning(path: string): boolean {
  try {
    const holder = Number(readFileSync(path, 'utf8'));
    // Nothing in it: it died before it had written its number. 0 would be this process's own group.
    if (!(holder > 0)) return false;
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
