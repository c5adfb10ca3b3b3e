// The demo's hospital, in a process of its own: what `vitalseal hospital serve` runs, told where by its options.
import { readFileSync } from 'node:fs';
import { readHospitalKeys, startHospital } from '@vitalseal/app-hospital';
import pino from 'pino';
import { serveUntilTerminated } from './serve-until-terminated.ts';

export interface HospitalProcessOptions {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  readonly devicesPort: number;
  readonly peoplePort: number;
  readonly pages: {
    readonly doctor?: string;
    readonly ambulance?: string;
    readonly office?: string;
    readonly patient?: string;
  };
  /** File with the authority's word for the patients' app. */
  readonly patientAttestation?: string | undefined;
}

await serveUntilTerminated(async (options: HospitalProcessOptions, clock) => {
  const { dataDir, databaseUrl, devicesPort, peoplePort, pages, patientAttestation } = options;
  const keys = await readHospitalKeys(dataDir);
  const hospital = await startHospital({
    dataDir,
    databaseUrl,
    keys,
    authorityUrl: keys.authorityUrl,
    devices: { port: devicesPort },
    people: { port: peoplePort },
    // So that a browser without an authenticator opens its pages.
    signIn: { mode: 'links' },
    pages,
    patientAttestation: patientAttestation === undefined ? undefined : new Uint8Array(readFileSync(patientAttestation)),
    clock,
    clockSpeed: clock.time.speed,
    // Every phone of the demo has the same address.
    handshakeAllowance: { burst: 5000, perSecond: 500 },
    logger: pino({ level: 'error', base: null }, pino.destination(2)),
  });
  const { devicesUrl, peopleUrl } = hospital;
  return { ready: { devicesUrl, peopleUrl }, stop: () => hospital.stop() };
});
