// The hospital whose store grows, or the one beside it whose store does not.
import { readHospitalKeys, startHospital } from '@vitalseal/app-hospital';
import { ready, startedWith, tell } from '../measure/child.ts';

export interface HospitalOptions {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
}

export interface HospitalReady {
  readonly port: number;
}

export interface Usage {
  readonly kind: 'usage';
  /** User and system time of the whole process, ms. */
  readonly cpuMs: number;
}

const { dataDir, databaseUrl } = startedWith<HospitalOptions>();
const hospital = await startHospital({ dataDir, databaseUrl, keys: await readHospitalKeys(dataDir) });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  tell({ kind: 'usage', cpuMs: (user + system) / 1000 } satisfies Usage);
});
ready({ port: Number(new URL(hospital.devicesUrl).port) } satisfies HospitalReady);
