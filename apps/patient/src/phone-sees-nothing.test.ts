// All that the phone carries, keeps and is told in a run: frames of the link, bodies to the hospital and back, files,
// states and events. None of it holds a reading, a place or a key in the clear. (The element of this version runs in the
// phone's process, so the process's memory is not searched; the card takes it out of there.)

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, encodeCbor, encodeStep1Message, type Measurement } from '@vitalseal/protocol';
import { CertifiedWorld, InitiatingSensor, patientIdentity, sensorIdentity } from '@vitalseal/secure-element/testing';
import { linkPair } from '@vitalseal/sensor-link';
import { afterEach, expect, test } from 'vitest';
import { openElement } from './element/data-folder.ts';
import { startGateway } from './start-gateway.ts';
import { LinkedSensor } from './testing/linked-sensor.ts';
import { TlsHospital } from './testing/tls-hospital.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const readings = 40;
const firstMantissa = 7_654_321;
const code = 147842;
const measurementOf = (i: number): Measurement => ({
  code,
  unit: 264864,
  value: { mantissa: firstMantissa + i, exponent: -4 },
});
const latitude = 12.345678;

/** A reading in whatever form it may leak: as encoded on the wire, and as text. */
function tracesOfReadings(): Buffer[] {
  const traces = [Buffer.from(encodeCbor(code)), Buffer.from(encodeCbor(Math.round(latitude * 1e6)))];
  for (let i = 0; i < readings; i++) {
    traces.push(Buffer.from(encodeCbor(firstMantissa + i)), Buffer.from(String(firstMantissa + i)));
    traces.push(Buffer.from(String((firstMantissa + i) / 1e4)));
  }
  traces.push(Buffer.from(String(latitude)));
  return traces;
}

function found(traces: readonly Buffer[], captured: readonly Uint8Array[]): string[] {
  const everything = captured.map((bytes) => Buffer.from(bytes));
  return traces
    .filter((trace) => everything.some((bytes) => bytes.includes(trace)))
    .map((trace) => trace.toString('hex'));
}

test('nothing that the phone carries, keeps or is told holds a reading', async () => {
  const world = await CertifiedWorld.make(Date.now());
  const hospital = await TlsHospital.listen(world);
  closing.push(() => hospital.close());
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-capture-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const element = await openElement(folder);
  const chain = await world.certify(await element.generateKey(patientIdentity), patientIdentity);
  await element.installCertificates({ chain, anchors: [world.root], at: Date.now() });
  await element.bond({ sensors: [sensorIdentity] });

  const captured: Uint8Array[] = [];
  const told: string[] = [];
  const files = () => {
    for (const name of readdirSync(folder)) captured.push(new Uint8Array(readFileSync(join(folder, name))));
  };
  const confirmed = Promise.withResolvers<void>();
  let count = 0;
  const gateway = await startGateway({
    element,
    root: world.root,
    hospital: hospital.url,
    location: () => ({ latitude, longitude: 1.5, accuracyMetres: 5, at: Date.now() }),
    events: {
      confirmed: (confirmation) => {
        told.push(JSON.stringify(confirmation));
        count += 1;
        if (count === readings) confirmed.resolve();
      },
      hospital: (state) => told.push(JSON.stringify(state)),
      sensors: (state) => told.push(JSON.stringify(state)),
    },
  });
  closing.push(() => gateway.stop());

  const [there, here] = linkPair({ observe: (frame) => captured.push(frame) });
  gateway.accept(here);
  const party = await world.party(sensorIdentity);
  const sealing = new InitiatingSensor({ party, root: world.root, patient: patientIdentity, now: Date.now });
  const sensor = new LinkedSensor(there, sealing);
  await sensor.shakeHands();
  const payloads: Bytes[] = [];
  // Half of them wait in the outbox while the files are read.
  hospital.busySeconds = 0;
  for (let i = 0; i < readings; i++) {
    const at = { utcMs: Date.now(), offsetMinutes: 0 };
    const message = {
      sender: sensorIdentity,
      recipient: patientIdentity,
      sentAt: at,
      location: { latitude, longitude: 1.5, accuracyMetres: 5, at: Date.now() },
      measuredAt: at,
      measurements: [measurementOf(i)],
    };
    payloads.push(encodeStep1Message(message));
    await sensor.until(({ credit }) => credit > 0);
    sensor.send(await sealing.sealRaw(encodeStep1Message(message)));
  }
  await sensor.until(({ settled }) => settled === readings);
  files();
  told.push(JSON.stringify(await gateway.status()));
  hospital.busySeconds = undefined;
  await confirmed.promise;
  files();
  told.push(JSON.stringify(await gateway.status()));
  await gateway.stop();
  files();
  captured.push(...hospital.wire, ...told.map((text) => Buffer.from(text)));

  const traces = tracesOfReadings();
  // The search finds what is there to be found: in the message before it is sealed.
  expect(found(traces, payloads).length).toBe(2 + readings);
  expect(captured.length).toBeGreaterThan(100);
  expect(hospital.hospital.stored.size).toBe(readings);
  expect(found(traces, captured)).toEqual([]);
  const localKey = readFileSync(join(folder, 'local.key'));
  const otherFiles = readdirSync(folder).filter((name) => name !== 'local.key');
  expect(
    found(
      [localKey],
      otherFiles.map((name) => new Uint8Array(readFileSync(join(folder, name)))),
    ),
  ).toEqual([]);
});
