// The hospital whose store grows, or the one beside it whose store does not.
import { startHospital } from '@vitalseal/app-hospital';
import { importPrivateKey } from '@vitalseal/certifying-authority';
import { ready, startedWith, tell } from '../measure/child.ts';

export interface HospitalOptions {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  readonly id: string;
  /** DER, base64. */
  readonly chain: readonly string[];
  readonly privateKey: string;
  readonly anchors: readonly string[];
  readonly tls: { readonly key: string; readonly cert: string };
}

export interface HospitalReady {
  readonly port: number;
}

export interface Usage {
  readonly kind: 'usage';
  /** User and system time of the whole process, ms. */
  readonly cpuMs: number;
}

const { dataDir, databaseUrl, id, chain, privateKey, anchors, tls } = startedWith<HospitalOptions>();
const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const keys = {
  identity: { role: 'hospital', id },
  chain: chain.map(bytes),
  privateKey: await importPrivateKey(bytes(privateKey)),
  anchors: anchors.map(bytes),
  tls,
} as const;
const hospital = await startHospital({ dataDir, databaseUrl, keys });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  tell({ kind: 'usage', cpuMs: (user + system) / 1000 } satisfies Usage);
});
ready({ port: Number(new URL(hospital.devicesUrl).port) } satisfies HospitalReady);
