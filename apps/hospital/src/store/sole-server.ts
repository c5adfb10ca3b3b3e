/**
 * One serving hospital a store: two would count nonces, alarms and replay windows each on its own. The lock is the
 * operating system's or the database's, so it goes with the process that held it, however that ended.
 */
import { join } from 'node:path';
import { HospitalError } from '../errors.ts';
import { DatabaseLock } from './database-lock.ts';
import { lockFile } from './file-lock.ts';

export interface SoleServer {
  /** Rejects with `already-running` when another hospital has begun to serve from the store, and never resolves. */
  readonly lost: Promise<never>;
  release(): Promise<void>;
}

export interface ServedStore {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  /** How soon a lock that was lost with its database is asked for again. */
  readonly againAfterMs?: number;
}

/** @throws HospitalError `already-running` */
export async function becomeSoleServer({ dataDir, databaseUrl, againAfterMs }: ServedStore): Promise<SoleServer> {
  return databaseUrl === undefined ? lockFolder(dataDir) : lockDatabase(databaseUrl, againAfterMs);
}

function lockFolder(dataDir: string): SoleServer {
  const letGo = lockFile(join(dataDir, 'serving.lock'));
  if (letGo === undefined) throw alreadyRunning();
  return { lost: new Promise(() => undefined), release: async () => letGo() };
}

async function lockDatabase(url: string, againAfterMs?: number): Promise<SoleServer> {
  const lock = await DatabaseLock.take(url, againAfterMs);
  if (lock === undefined) throw alreadyRunning();
  const lost = lock.lost.then(() => {
    throw alreadyRunning();
  });
  lost.catch(() => undefined);
  return { lost, release: () => lock.release() };
}

function alreadyRunning(): HospitalError {
  return new HospitalError('already-running', 'expected no other hospital to serve from this store');
}
