// What the TPM costs the hospital: handshakes a second with its identity key in a TPM (swtpm, Debian's emulator) against
// the key in software, and how long a start takes until the first reading is acknowledged. A handshake is the whole of it:
// EDHOC of four messages by HTTPS on a connection that stands, both sides' path validation, the channel in the store.
// Both hospitals in turns.
//
//   node benchmarks/hospital-handshake.ts [--handshakes 400] [--rounds 5] [--starts 5] [--quick]

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TestPatient } from '@vitalseal/app-hospital/testing';
import type { Identity } from '@vitalseal/protocol';
import { usualReleaseRegister } from '@vitalseal/tpm';
import { startSwtpm } from '@vitalseal/tpm/emulator';
import type { HospitalReady, Usage } from './hospital-handshake/hospital-process.ts';
import { type CertifiedPatient, prepareWorld } from './hospital-handshake/world.ts';
import { type Child, leaveServerCore, startChild } from './measure/child.ts';
import { printRow } from './measure/results.ts';
import { median, rounded } from './measure/statistics.ts';

const { values } = parseArgs({
  options: {
    handshakes: { type: 'string', default: '400' },
    rounds: { type: 'string', default: '5' },
    starts: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
  },
});
const handshakes = values.quick ? 40 : Number(values.handshakes);
const rounds = values.quick ? 1 : Number(values.rounds);
const starts = values.quick ? 1 : Number(values.starts);
/** Patients who shake hands at a time. */
const concurrency = 8;

const software: Identity = { role: 'hospital', id: 'software' };
const inTpm: Identity = { role: 'hospital', id: 'tpm' };

leaveServerCore();
const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-bench-'));
const swtpm = await startSwtpm();
const world = await prepareWorld(dataDir, {
  hospitals: [
    { identity: software, keys: { kind: 'software' } },
    { identity: inTpm, keys: { kind: 'tpm', address: swtpm.address, pcr: usualReleaseRegister } },
  ],
  patients: concurrency,
});
try {
  await measureStarts();
  await measureHandshakes();
} finally {
  await world.close();
  await swtpm.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

function serve(identity: Identity): Promise<Child<HospitalReady>> {
  const file = new URL('./hospital-handshake/hospital-process.ts', import.meta.url);
  return startChild<HospitalReady>(file, { dataDir: world.folderOf(identity) }, { place: 'server' });
}

function patientAt(url: string, hospital: Identity, { identity, credential }: CertifiedPatient): TestPatient {
  const { root, rootPem } = world;
  return new TestPatient({ url, identity, hospital, credential, root, rootPem });
}

async function measureStarts(): Promise<void> {
  const [first] = world.patients;
  if (first === undefined) throw new Error('expected a patient');
  let sequence = 0;
  const started = async (identity: Identity) => {
    const begun = performance.now();
    const child = await serve(identity);
    const serving = performance.now() - begun;
    const patient = patientAt(child.ready.devicesUrl, identity, first);
    await patient.agree();
    const { acknowledgement } = await patient.send([await patient.sealReading(sequence++)]);
    const acknowledged = performance.now() - begun;
    patient.close();
    await child.stop();
    if (acknowledgement?.results[0]?.outcome !== 'stored') throw new Error('expected a reading that is acknowledged');
    return { serving, acknowledged };
  };
  const of: Record<string, { serving: number; acknowledged: number }[]> = { software: [], tpm: [] };
  for (let index = 0; index <= starts; index++) {
    for (const identity of [software, inTpm]) {
      const times = await started(identity);
      // The first start of each finds its files cold.
      if (index > 0) of[identity.id]?.push(times);
    }
  }
  for (const [keys, times] of Object.entries(of)) {
    printRow('hospital-handshake', {
      what: 'start',
      keys,
      servingMs: rounded(median(times.map(({ serving }) => serving))),
      firstAcknowledgementMs: rounded(median(times.map(({ acknowledged }) => acknowledged))),
    });
  }
}

interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly cpuMs: number;
}

async function measureHandshakes(): Promise<void> {
  const contenders = await Promise.all(
    [software, inTpm].map(async (identity) => {
      const child = await serve(identity);
      const patients = world.patients.map((patient) => patientAt(child.ready.devicesUrl, identity, patient));
      return { keys: identity.id, child, patients, measured: [] as Measured[] };
    }),
  );
  for (let round = 0; round <= rounds; round++) {
    for (const { child, patients, measured } of contenders) {
      const result = await shakeHands(child, patients);
      if (round > 0) measured.push(result);
    }
  }
  for (const { keys, child, patients, measured } of contenders) {
    for (const patient of patients) patient.close();
    await child.stop();
    printRow('hospital-handshake', {
      what: 'handshakes',
      keys,
      perSecond: rounded(median(measured.map(({ perSecond }) => perSecond))),
      p50Ms: rounded(median(measured.map(({ p50Ms }) => p50Ms))),
      cpuMsPerHandshake: rounded(median(measured.map(({ cpuMs }) => cpuMs))),
    });
  }
  const [inSoftware, withTpm] = contenders;
  const ratios = withTpm?.measured.map(
    ({ perSecond }, round) => perSecond / (inSoftware?.measured[round]?.perSecond ?? 0),
  );
  printRow('hospital-handshake', { what: 'TPM against software', ratio: rounded(median(ratios ?? [])) });
}

async function shakeHands(child: Child<HospitalReady>, patients: readonly TestPatient[]): Promise<Measured> {
  const before = await child.ask<Usage>({ kind: 'usage?' }, 'usage');
  const times: number[] = [];
  let left = handshakes;
  const begun = performance.now();
  await Promise.all(
    patients.map(async (patient) => {
      while (left-- > 0) {
        const from = performance.now();
        await patient.agree();
        times.push(performance.now() - from);
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  const after = await child.ask<Usage>({ kind: 'usage?' }, 'usage');
  return {
    perSecond: handshakes / seconds,
    p50Ms: median(times),
    cpuMs: (after.cpuMs - before.cpuMs) / handshakes,
  };
}
