/**
 * One serving hospital a store: two would count nonces, alarms and replay windows each on its own. The lock is the
 * operating system's or the database's, so it goes with the process that held it, however that ended.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { HospitalError } from '../errors.ts';

/** Any number, the same in every release. */
const advisoryKey = 0x7669_7461;

export interface SoleServer {
  release(): Promise<void>;
}

/** @throws HospitalError `already-running` */
export async function becomeSoleServer(place: {
  dataDir: string;
  databaseUrl?: string | undefined;
}): Promise<SoleServer> {
  return place.databaseUrl === undefined ? lockFolder(place.dataDir) : lockDatabase(place.databaseUrl);
}

function lockFolder(dataDir: string): SoleServer {
  const lock = new DatabaseSync(join(dataDir, 'serving.lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw alreadyRunning(cause);
  }
  return { release: async () => lock.close() };
}

async function lockDatabase(url: string): Promise<SoleServer> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, keepAlive: true });
  // If the database restarts, the lock is gone with its connection; so are a second server's chances until it asks again.
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [advisoryKey]);
  if (rows[0]?.locked !== true) {
    await client.end();
    throw alreadyRunning();
  }
  return { release: () => client.end() };
}

function alreadyRunning(cause?: unknown): HospitalError {
  return new HospitalError('already-running', 'expected no other hospital to serve from this store', { cause });
}
