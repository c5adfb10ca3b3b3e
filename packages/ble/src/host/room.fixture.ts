// A room with a peripheral in it, for the tests of a radio.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '@vitalseal/protocol';
import { onTestFinished } from 'vitest';
import type { GattPeer, GattServer, OfferedCharacteristic } from '../gatt/gatt-server.ts';
import { type EmulatedController, startRadioRoom } from '../testing/index.ts';
import { openRadio, type RadioOptions } from './open-radio.ts';
import type { Radio, RadioConnection } from './radio.ts';

export const serviceUuid = '7b1e0001-5a4d-4f0e-9d2c-52f0a1c3e001';
export const openUuid = '7b1e0002-5a4d-4f0e-9d2c-52f0a1c3e001';
export const securedUuid = '7b1e0003-5a4d-4f0e-9d2c-52f0a1c3e001';
export const indicatedUuid = '7b1e0004-5a4d-4f0e-9d2c-52f0a1c3e001';
export const heartRateUuid = '0000180d-0000-1000-8000-00805f9b34fb';

export const sensorAddress = 'C1:00:00:00:00:01';

export interface TestPeripheral {
  readonly radio: Radio;
  readonly server: GattServer;
  readonly peers: GattPeer[];
  readonly written: { peer: GattPeer; value: Bytes }[];
  /** Settles once any central subscribed to, or left, the characteristic. */
  subscribed(uuid: string, on?: boolean): Promise<GattPeer>;
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vs-radio-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function room(): Promise<{ controller(): Promise<EmulatedController> }> {
  const started = await startRadioRoom();
  onTestFinished(() => started.close());
  return started;
}

/** Closed with the test, before its room. */
export async function radio(controller: EmulatedController, options: Partial<RadioOptions> = {}): Promise<Radio> {
  const bondFolder = options.bondFolder ?? (await temporaryFolder());
  const opened = await openRadio(controller.address, { ...options, bondFolder });
  onTestFinished(() => opened.close());
  return opened;
}

export async function peripheral(
  controller: EmulatedController,
  options: Partial<RadioOptions> = {},
): Promise<TestPeripheral> {
  const own = await radio(controller, { identity: sensorAddress, ...options });
  const peers: GattPeer[] = [];
  const written: { peer: GattPeer; value: Bytes }[] = [];
  const waiting = new Set<(peer: GattPeer, uuid: string, on: boolean) => void>();
  const past: [GattPeer, string, boolean][] = [];
  const characteristic = (uuid: string, access: 'open' | 'secured', notifies: 'notify' | 'indicate') => {
    const offered: OfferedCharacteristic = {
      uuid,
      access,
      properties: ['read', 'write', 'write-without-response', notifies],
      read: () => Uint8Array.from({ length: 300 }, (_, index) => index & 0xff),
      write: (peer, value) => void written.push({ peer, value }),
      subscribed: (peer, on) => {
        past.push([peer, uuid, on]);
        for (const tell of waiting) tell(peer, uuid, on);
      },
    };
    return offered;
  };
  const server = await own.advertise({
    name: 'a sensor of the test',
    advertised: [serviceUuid, heartRateUuid],
    connected: (peer) => void peers.push(peer),
    services: [
      { uuid: heartRateUuid, characteristics: [] },
      {
        uuid: serviceUuid,
        characteristics: [
          characteristic(openUuid, 'open', 'notify'),
          characteristic(securedUuid, 'secured', 'notify'),
          characteristic(indicatedUuid, 'open', 'indicate'),
        ],
      },
    ],
  });
  const subscribed = (uuid: string, on = true) =>
    new Promise<GattPeer>((resolve) => {
      const tell = (peer: GattPeer, of: string, is: boolean) => {
        if (of !== uuid || is !== on) return;
        waiting.delete(tell);
        resolve(peer);
      };
      waiting.add(tell);
      for (const [peer, of, is] of past) tell(peer, of, is);
    });
  return { radio: own, server, peers, written, subscribed };
}

export async function characteristicOf(connection: RadioConnection, uuid: string) {
  return (await connection.service(serviceUuid)).characteristic(uuid);
}
