// The hospital, as `vitalseal hospital serve` runs it, but without a limit on the handshakes of one address.
import { readHospitalKeys, startHospital } from '@vitalseal/app-hospital';
import { ready, startedWith, tell } from '../measure/child.ts';

export interface HospitalOptions {
  readonly dataDir: string;
}

export interface HospitalReady {
  readonly devicesUrl: string;
}

export interface Usage {
  readonly kind: 'usage';
  /** User and system time of the whole process. */
  readonly cpuMs: number;
}

const { dataDir } = startedWith<HospitalOptions>();
const unlimited = { burst: 1_000_000, perSecond: 1_000_000 };
const hospital = await startHospital({
  dataDir,
  keys: await readHospitalKeys(dataDir),
  handshakeAllowance: unlimited,
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  tell({ kind: 'usage', cpuMs: (user + system) / 1000 } satisfies Usage);
});
ready({ devicesUrl: hospital.devicesUrl } satisfies HospitalReady);
