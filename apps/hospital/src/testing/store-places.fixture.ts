// Where the store of a test stands: on each of the two databases, for what holds on both.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../store/open-store.ts';
import type { PrivatePostgresql } from './private-postgresql.ts';
import { testWrappingKeys as wrappingKeys } from './test-wrapping-keys.ts';

export interface StorePlace {
  open(): Promise<Store>;
  remove(): void;
}

export async function sqlitePlace(): Promise<StorePlace> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-store-'));
  return { open: () => openStore({ dataDir, wrappingKeys }), remove: () => rmSync(dataDir, { recursive: true }) };
}

/** It goes with its server. */
export async function postgresqlPlace(server: PrivatePostgresql): Promise<StorePlace> {
  const databaseUrl = await server.createDatabase();
  return { open: () => openStore({ dataDir: '', databaseUrl, wrappingKeys }), remove: () => undefined };
}
