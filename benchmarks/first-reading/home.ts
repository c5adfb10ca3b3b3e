// What stands at home and in the hospital before a sensor is switched on: a gateway with the patient's card, scanning on its
// own adapter, a hospital in a process of its own, and the sensor's folder as it left the hospital.
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startAuthority } from '@vitalseal/app-certifying-authority';
import { enrolHospital, inviteCard, openHospitalStore, readHospitalKeys, startHospital } from '@vitalseal/app-hospital';
import { activateCard, openCard, sealedSensors, startGateway, watchRadio } from '@vitalseal/app-patient';
import { enrolSensor } from '@vitalseal/app-sensor';
import { openRadio } from '@vitalseal/ble/node';
import { startRadioRoom } from '@vitalseal/ble/testing';
import { activationLink, parseActivationLink } from '@vitalseal/certifying-authority';
import type { Identity } from '@vitalseal/protocol';
import { startChild } from '../measure/child.ts';
import { preciseNow } from '../measure/precise-time.ts';
import type { HospitalReady } from '../sensor-to-doctor/hospital-process.ts';
import type { SensorOptions } from './sensor-process.ts';
import { type Chain, switchOn } from './switch-on.ts';

const hospital: Identity = { role: 'hospital', id: 'bench' };
const patient: Identity = { role: 'patient', id: 'bench' };
const sensor: Identity = { role: 'sensor', id: 'bench' };
const serverNames = ['127.0.0.1', 'localhost'];
const pin = '4711';
const validMs = 3_600_000;

/** `asEnrolled`: the sensor is as it left the hospital, and has met no phone. */
export async function startHome(folder: string): Promise<Chain & { asEnrolled(): void }> {
  const authority = await startAuthority({ dataDir: join(folder, 'ca'), createAs: 'Vitalseal benchmark' });
  const { url: authorityUrl, rootFingerprint } = authority;
  const dataDir = join(folder, 'hospital');
  const { code } = await authority.authority.invite({ identity: hospital, serverNames, registrationAuthority: true });
  await enrolHospital({
    dataDir,
    authorityUrl,
    rootFingerprint,
    identity: hospital,
    code,
    serverNames,
    keys: { kind: 'software' },
  });
  const devicesPort = await activatedCard(dataDir, authorityUrl, join(folder, 'phone'));
  const enrolled = join(folder, 'enrolled');
  const { code: sensorsCode } = await authority.authority.invite({ identity: sensor });
  const letter = activationLink({ url: authorityUrl, identity: sensor, code: sensorsCode, rootFingerprint });
  await enrolSensor(enrolled, parseActivationLink(letter));
  const own = join(folder, 'sensor');
  cpSync(enrolled, own, { recursive: true });

  const server = await startChild<HospitalReady>(
    new URL('../sensor-to-doctor/hospital-process.ts', import.meta.url),
    { dataDir, devicesPort },
    { place: 'server' },
  );
  const room = await startRadioRoom();
  const adapter = (await room.controller()).address;
  const phones = (await room.controller()).address;
  let confirmed = (_at: number) => {};
  const card = await openCard({ folder: join(folder, 'phone') });
  const gateway = await startGateway({
    card,
    pin,
    hospital: server.ready.devicesUrl,
    events: { confirmed: () => confirmed(preciseNow()) },
  });
  const watch = watchRadio({
    open: () => openRadio(phones, { bondFolder: join(folder, 'phone', 'bluetooth') }),
    kinds: [sealedSensors({ accept: (messages) => gateway.accept(messages) })],
  });
  const options: SensorOptions = { adapter, folder: own, patient };
  return {
    switchOn: () =>
      switchOn(new URL('./sensor-process.ts', import.meta.url), options, (heard) => {
        confirmed = heard;
      }),
    asEnrolled() {
      rmSync(own, { recursive: true });
      mkdirSync(own, { mode: 0o700 });
      cpSync(enrolled, own, { recursive: true });
    },
    async close() {
      await watch.stop();
      await gateway.stop();
      await card.close();
      await room.close();
      await server.stop();
      await authority.close();
    },
  };
}

/** @returns where the card finds the hospital from then on */
async function activatedCard(dataDir: string, authorityUrl: string, folder: string): Promise<number> {
  const store = await openHospitalStore({ dataDir });
  await store.patients.admit({ identity: patient.id, name: 'B', bed: '', policy: null, at: Date.now() });
  const serving = await startHospital({ dataDir, keys: await readHospitalKeys(dataDir), authorityUrl });
  try {
    const port = Number(new URL(serving.devicesUrl).port);
    const { code } = await inviteCard(store, {
      patient: patient.id,
      sensors: [sensor.id],
      server: { host: '127.0.0.1', port },
      pollSeconds: 3600,
      policy: {},
      validMs,
    });
    await activateCard({ folder, code, pin });
    return port;
  } finally {
    await serving.stop();
    await store.close();
  }
}
