// The hospital under test, in a process of its own so that its CPU time is its own.

import { openStore, startHospital } from '@vitalseal/app-hospital';
import { importPrivateKey } from '@vitalseal/certifying-authority';
import type { ServerBegin, ServerUsage, ToServer } from './protocol.ts';

/** What `HospitalKeys` holds, as text. */
export interface HospitalFixture {
  readonly id: string;
  readonly chain: readonly string[];
  readonly privateKey: string;
  readonly anchors: readonly string[];
  readonly tls: { readonly key: string; readonly cert: string };
}

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

process.on('disconnect', () => process.exit());
process.on('message', async (message: ToServer) => {
  if (message.kind === 'begin') await serve(message);
});

async function serve({ setting, fixture }: ServerBegin): Promise<void> {
  const { id, chain, privateKey, anchors, tls } = JSON.parse(fixture) as HospitalFixture;
  const keys = {
    identity: { role: 'hospital', id },
    chain: chain.map(bytes),
    privateKey: await importPrivateKey(bytes(privateKey)),
    anchors: anchors.map(bytes),
    tls,
  } as const;
  const hospital = await startHospital({ ...setting, keys });
  const store = await openStore(setting);
  process.on('message', async ({ kind }: ToServer) => {
    if (kind !== 'usage?') return;
    const { user, system } = process.cpuUsage();
    const { stored } = await store.counts();
    const usage: ServerUsage = { kind: 'usage', cpuMicros: user + system, stored };
    process.send?.(usage);
  });
  process.send?.({ kind: 'ready', port: Number(new URL(hospital.devicesUrl).port) });
}
