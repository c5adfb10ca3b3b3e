// The hospital under test, in a process of its own so that its CPU time is its own.

import { openHospitalStore, readHospitalKeys, startHospital } from '@vitalseal/app-hospital';
import type { ServerBegin, ServerUsage, ToServer } from './protocol.ts';

process.on('disconnect', () => process.exit());
process.on('message', async (message: ToServer) => {
  if (message.kind === 'begin') await serve(message);
});

async function serve({ setting }: ServerBegin): Promise<void> {
  const hospital = await startHospital({ ...setting, keys: await readHospitalKeys(setting.dataDir) });
  const store = await openHospitalStore(setting);
  process.on('message', async ({ kind }: ToServer) => {
    if (kind !== 'usage?') return;
    const { user, system } = process.cpuUsage();
    const { stored } = await store.counts();
    const usage: ServerUsage = { kind: 'usage', cpuMicros: user + system, stored };
    process.send?.(usage);
  });
  process.send?.({ kind: 'ready', port: Number(new URL(hospital.devicesUrl).port) });
}
