// The whole way of a reading: sensor, link, phone with its secure element, hospital, doctor's device; the sensors in
// this process, each of the others in one of its own, the hospital on a core of its own.
import { join } from 'node:path';
import { phoneOverTcp, type Sensor, startSensor } from '@vitalseal/app-sensor';
import { type Child, startChild } from '../measure/child.ts';
import { sampleMeasurements } from '../measure/sample-message.ts';
import { backlogOf, type Chain, type ChainOptions, type Reached } from './chain.ts';
import type { DoctorCounts } from './doctor-process.ts';
import type { HospitalReady } from './hospital-process.ts';
import type { PhonesReady } from './phones-process.ts';
import { Samples } from './samples.ts';
import { pin, prepareWorld } from './world.ts';

/** Usual for Bluetooth LE on today's phones. */
const mtu = 185;

export async function startVitalsealChain({ dataDir, schedule, backlog }: ChainOptions): Promise<Chain> {
  const counts = { live: schedule.length, backlog: backlog.phones };
  const world = await prepareWorld(join(dataDir, 'world'), counts);
  const samples = new Samples(schedule);
  const children: Child<unknown>[] = [];
  const file = (name: string) => new URL(`./${name}-process.ts`, import.meta.url);
  async function start<Ready>(name: string, options: object, how?: Parameters<typeof startChild>[2]) {
    const child = await startChild<Ready>(file(name), options, how);
    children.push(child);
    return child;
  }

  const hospital = await start<HospitalReady>(
    'hospital',
    { dataDir: world.hospitalDir, devicesPort: world.devicesPort },
    { place: 'server' },
  );
  const { devicesUrl, peopleUrl } = hospital.ready;
  const phones = await start<PhonesReady>(
    'phones',
    { hospitalUrl: devicesUrl, dataDirs: world.live.map(({ phoneDir }) => phoneDir), pin },
    { onMessage: (message) => reached('acknowledged', 'acknowledgedAt', message as Reached) },
  );
  const doctor = await start(
    'doctor',
    { link: await world.doctorLink(peopleUrl), hospitalUrl: peopleUrl },
    { onMessage: (message) => reached('opened', 'openedAt', message as Reached) },
  );
  const sender = await start<object>('backlog', {
    ...backlog,
    port: Number(new URL(devicesUrl).port),
    to: { kind: 'hospital', root: world.root, patients: world.backlog },
  });
  function reached(kind: string, end: 'openedAt' | 'acknowledgedAt', message: Reached): void {
    if (message.kind === kind) samples.reached(end, message.patient, message.measuredAt, message.at);
  }

  const sensors: Sensor[] = [];
  for (const [patient, { identity, sensor: device }] of world.live.entries()) {
    const moments = schedule[patient] ?? [];
    sensors.push(
      await startSensor({
        device,
        patient: identity,
        readings: moments.map((measuredAt, n) => ({ measuredAt, measurements: sampleMeasurements(n) })),
        clock: { now: Date.now },
        connect: () => phoneOverTcp({ host: '127.0.0.1', port: phones.ready.ports[patient] ?? 0, mtu }),
      }),
    );
  }
  return {
    samples,
    ...backlogOf(sender),
    async remarks() {
      const { opened, cuts, unusable } = await doctor.ask<DoctorCounts>({ kind: 'counts?' }, 'counts');
      return { openedByDoctor: opened, feedCuts: cuts, unusable };
    },
    async stop() {
      for (const sensor of sensors) await sensor.stop();
      for (const child of children.reverse()) await child.stop();
      await world.close();
    },
  };
}
