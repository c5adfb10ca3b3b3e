// A sealed sensor and a phone on the emulated radio, a host stack of our own at both ends: records go as the sensor's
// service carries them, and each message of the phone comes back by a write.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSealedSensor, SealedSensorService, sealedSensorUuids } from '@vitalseal/ble';
import { openRadio } from '@vitalseal/ble/node';
import { type EmulatedController, startRadioRoom } from '@vitalseal/ble/testing';
import type { MessageLink } from '@vitalseal/sensor-link';

export interface RadioPair {
  readonly sensor: MessageLink;
  readonly phone: MessageLink;
  /** Of the phone: everything between it and the air. */
  readonly controller: EmulatedController;
  close(): Promise<void>;
}

export async function radioPair(mtu: number): Promise<RadioPair> {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-ble-link-'));
  const room = await startRadioRoom();
  const controller = await room.controller();
  const sensorRadio = await openRadio((await room.controller()).address, { bondFolder: join(folder, 'sensor'), mtu });
  const phoneRadio = await openRadio(controller.address, { bondFolder: join(folder, 'phone'), mtu });
  const service = new SealedSensorService({ status: () => ({ battery: 100, stored: 0, bonded: true }) });
  const server = await sensorRadio.advertise({
    name: 'sensor',
    services: [service.offered],
    advertised: [sealedSensorUuids.service],
  });
  service.attach(server);
  const stop = new AbortController();
  const served = service.nextPhone(stop.signal);
  const connection = await phoneRadio.connect(await phoneRadio.find({ services: [sealedSensorUuids.service] }));
  const { messages: phone } = await openSealedSensor(connection);
  return {
    sensor: await served,
    phone,
    controller,
    async close() {
      stop.abort();
      await phoneRadio.close();
      await sensorRadio.close();
      await room.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
