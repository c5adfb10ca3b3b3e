// The hospital, as `vitalseal hospital serve` runs it.
import { readHospitalKeys, startHospital } from '@vitalseal/app-hospital';
import { ready, startedWith } from '../measure/child.ts';

export interface HospitalOptions {
  readonly dataDir: string;
  /** Any if it is left out. */
  readonly devicesPort?: number;
}

export interface HospitalReady {
  readonly devicesUrl: string;
  readonly peopleUrl: string;
}

const { dataDir, devicesPort } = startedWith<HospitalOptions>();
const keys = await readHospitalKeys(dataDir);
const { devicesUrl, peopleUrl } = await startHospital({
  dataDir,
  keys,
  authorityUrl: keys.authorityUrl,
  ...(devicesPort !== undefined && { devices: { port: devicesPort } }),
});
ready({ devicesUrl, peopleUrl } satisfies HospitalReady);
