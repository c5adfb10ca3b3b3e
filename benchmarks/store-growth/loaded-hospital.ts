// A hospital in a process of its own, its patients' channels, and requests that are prepared before they are timed.
import { openHospitalStore, rosterChanged, type Store } from '@vitalseal/app-hospital';
import { type TestAuthority, TestPatient, writeHospitalFolder } from '@vitalseal/app-hospital/testing';
import { encodeCbor, type Identity } from '@vitalseal/protocol';
import pg from 'pg';
import { httpRequest, LoadedConnection } from '../intake/load.ts';
import { type Child, startChild } from '../measure/child.ts';
import { sampleMessage } from '../measure/sample-message.ts';
import type { HospitalReady, Usage } from './hospital-process.ts';

export interface LoadedHospitalOptions {
  readonly authority: TestAuthority;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly patients: number;
}

export interface Round {
  readonly perSecond: number;
  readonly cpuMsPerReading: number;
}

const hospital: Identity = { role: 'hospital', id: 'bench' };

interface Loader {
  readonly patient: TestPatient;
  sequence: number;
}

export class LoadedHospital {
  readonly store: Store;
  readonly #databaseUrl: string | undefined;
  readonly #child: Child<HospitalReady>;
  readonly #loaders: readonly Loader[];
  readonly #ca: string;

  private constructor(
    store: Store,
    { authority, databaseUrl }: LoadedHospitalOptions,
    child: Child<HospitalReady>,
    loaders: readonly Loader[],
  ) {
    this.store = store;
    this.#databaseUrl = databaseUrl;
    this.#ca = authority.rootPem;
    this.#child = child;
    this.#loaders = loaders;
  }

  static async start(options: LoadedHospitalOptions): Promise<LoadedHospital> {
    const { authority, dataDir, databaseUrl, patients } = options;
    await writeHospitalFolder(dataDir, await authority.hospitalKeys(hospital), 'https://127.0.0.1:9');
    const store = await openHospitalStore({ dataDir, databaseUrl });
    const ids = Array.from({ length: patients }, (_, index) => `p${index}`);
    for (const id of ids) {
      await store.patients.admit({ identity: id, name: id, bed: '', policy: null, at: Date.now() });
    }
    await rosterChanged(store);
    const child = await startChild<HospitalReady>(
      new URL('./hospital-process.ts', import.meta.url),
      { dataDir, databaseUrl },
      { place: 'server' },
    );
    const loaders: Loader[] = [];
    for (const patient of ids) loaders.push(await loader(authority, child.ready.port, patient));
    return new LoadedHospital(store, options, child, loaders);
  }

  /** Every patient sends so many POSTs, each when the one before is answered. */
  async round({ posts, recordsAPost }: { posts: number; recordsAPost: number }): Promise<Round> {
    const connections: LoadedConnection[] = [];
    for (const each of this.#loaders) {
      const requests: Uint8Array[] = [];
      for (let post = 0; post < posts; post++) requests.push(await request(each, recordsAPost));
      connections.push(await LoadedConnection.open({ port: this.#child.ready.port, tls: { ca: this.#ca }, requests }));
    }
    const cpuBefore = await this.#cpuMs();
    const started = performance.now();
    await Promise.all(connections.map((connection) => connection.send(posts)));
    const seconds = (performance.now() - started) / 1000;
    const cpuMs = (await this.#cpuMs()) - cpuBefore;
    for (const connection of connections) connection.close();
    const readings = posts * recordsAPost * this.#loaders.length;
    return { perSecond: readings / seconds, cpuMsPerReading: cpuMs / readings };
  }

  /** After a filling: PostgreSQL does now what it would do in the background during the next rounds. */
  async settle(): Promise<void> {
    if (this.#databaseUrl === undefined) return;
    const client = new pg.Client({ connectionString: this.#databaseUrl });
    await client.connect();
    await client.query('vacuum analyze');
    await client.query('checkpoint');
    await client.end();
  }

  async stop(): Promise<void> {
    await this.#child.stop();
    await this.store.close();
  }

  async #cpuMs(): Promise<number> {
    return (await this.#child.ask<Usage>({ kind: 'usage?' }, 'usage')).cpuMs;
  }
}

async function loader(authority: TestAuthority, port: number, id: string): Promise<Loader> {
  const identity = { role: 'patient', id } as const;
  const patient = new TestPatient({
    url: `https://127.0.0.1:${port}`,
    identity,
    hospital,
    credential: await authority.enrol(identity),
    root: authority.root,
    rootPem: authority.rootPem,
  });
  await patient.agree();
  patient.close();
  return { patient, sequence: 0 };
}

async function request(each: Loader, recordsAPost: number): Promise<Uint8Array> {
  const { patient } = each;
  const origin = { patient: patient.options.identity, hospital, channel: patient.sensorChannel };
  const records = [];
  for (let at = 0; at < recordsAPost; at++) {
    records.push(await patient.seal(sampleMessage(origin, each.sequence++, Date.now())));
  }
  return httpRequest('/records', 'application/cbor', encodeCbor(records));
}
