import { readdir, stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { EmulatedController } from '../testing/index.ts';
import type { PairingAgent } from './pairing.ts';
import {
  characteristicOf,
  openUuid,
  peripheral,
  radio,
  room,
  securedUuid,
  sensorAddress,
  temporaryFolder,
} from './room.fixture.ts';

const device = { id: sensorAddress, addressType: 'random' } as const;
const phoneAddress = 'C2:00:00:00:00:02';

/** Two people who look at both ends: digits shown at one are typed or compared at the other. */
function bothEnds(sensorCan: readonly (keyof PairingAgent)[], phoneCan: readonly (keyof PairingAgent)[]) {
  const shown: string[] = [];
  const digits = Promise.withResolvers<string>();
  const seen = Promise.withResolvers<void>();
  const all: Required<PairingAgent> = {
    show: (_peer, text) => {
      shown.push(text);
      digits.resolve(text);
    },
    confirm: async (_peer, text) => {
      shown.push(text);
      digits.resolve(text);
      if (shown.length === 2) seen.resolve();
      if (sensorCan.includes('confirm') && phoneCan.includes('confirm')) await seen.promise;
      return shown.every((one) => one === shown[0]);
    },
    enter: () => digits.promise,
  };
  const only = (names: readonly (keyof PairingAgent)[]): PairingAgent =>
    Object.fromEntries(names.map((name) => [name, all[name]]));
  return { shown, sensor: only(sensorCan), phone: only(phoneCan) };
}

describe('pairing under LE Secure Connections', () => {
  test.each([
    { means: 'just works', sensor: [], phone: ['confirm'], digits: 0 },
    { means: 'numeric comparison', sensor: ['confirm'], phone: ['confirm'], digits: 2 },
    { means: 'a passkey shown by the sensor', sensor: ['show'], phone: ['enter'], digits: 1 },
    { means: 'a passkey shown by the phone', sensor: ['enter'], phone: ['show'], digits: 1 },
  ] as const)(
    '$means, when a secured characteristic is read',
    async ({ sensor: sensorCan, phone: phoneCan, digits }) => {
      const { shown, sensor: sensorAgent, phone } = bothEnds(sensorCan, phoneCan);
      const { controller } = await room();
      const sensor = await peripheral(await controller(), { pairing: sensorAgent });
      const central = await radio(await controller(), { pairing: phone });
      const connection = await central.connect(device);
      await (await characteristicOf(connection, openUuid)).read();
      expect([connection.secured, sensor.peers[0]?.secured]).toEqual([false, false]);

      const secured = await characteristicOf(connection, securedUuid);
      const heard: number[] = [];
      await secured.listen(([value = -1]) => heard.push(value));
      expect([connection.secured, sensor.peers[0]?.secured]).toEqual([true, true]);
      expect(shown).toHaveLength(digits);
      await secured.write(Uint8Array.of(1, 2, 3));
      expect(await secured.read()).toHaveLength(300);
      await sensor.server.notify(await sensor.subscribed(securedUuid), securedUuid, Uint8Array.of(7));
      await expect.poll(() => heard).toEqual([7]);
    },
  );

  test('digits that differ end it, and nothing secured is given', async () => {
    const { controller } = await room();
    await peripheral(await controller(), { pairing: { confirm: async () => false } });
    const central = await radio(await controller(), { pairing: { confirm: async () => true } });
    const connection = await central.connect(device);
    const secured = await characteristicOf(connection, securedUuid);
    await expect(secured.read()).rejects.toMatchObject({ code: 'gatt-refused' });
    expect(connection.secured).toBe(false);
  });

  test('a wrong passkey ends it', async () => {
    const { controller } = await room();
    await peripheral(await controller(), { pairing: { show: () => undefined } });
    const central = await radio(await controller(), { pairing: { enter: async () => '000000' } });
    const connection = await central.connect(device);
    await expect(connection.secure()).rejects.toMatchObject({ code: 'gatt-refused' });
    expect(connection.secured).toBe(false);
  });
});

describe('a bond', () => {
  async function bonded() {
    const { controller } = await room();
    const places = { sensor: await controller(), phone: await controller() };
    const folders = { sensor: await temporaryFolder(), phone: await temporaryFolder() };
    const start = async () => ({
      sensor: await peripheral(places.sensor, { bondFolder: folders.sensor }),
      central: await radio(places.phone, { bondFolder: folders.phone, identity: phoneAddress }),
    });
    const first = await start();
    const connection = await first.central.connect(device);
    await (await characteristicOf(connection, securedUuid)).listen(() => undefined);
    return { ...first, places, folders, start, connection };
  }

  test('after a restart of both ends the link is secured before anything is asked, and the subscription stands', async () => {
    const { sensor, central, start } = await bonded();
    await central.close();
    await sensor.radio.close();

    const again = await start();
    const connection = await again.central.connect(device);
    expect(connection.secured).toBe(true);
    const peer = await again.sensor.subscribed(securedUuid);
    expect(peer.secured).toBe(true);
    expect(await (await characteristicOf(connection, securedUuid)).read()).toHaveLength(300);
  });

  test('is kept where only its owner reads it', async () => {
    const { folders } = await bonded();
    for (const folder of Object.values(folders)) {
      const bonds = async () => (await readdir(folder)).filter((name) => name.endsWith('.json'));
      await expect.poll(bonds).toHaveLength(1);
      const names = await bonds();
      for (const name of names) expect((await stat(`${folder}/${name}`)).mode & 0o077).toBe(0);
    }
  });

  test('a sensor under the same address that lacks the keys is not paired with again', async () => {
    const { sensor, central, places } = await bonded();
    await sensor.radio.close();
    await peripheral(places.sensor);
    await expect(central.connect(device)).rejects.toMatchObject({ code: 'gatt-refused' });

    await central.forget(device);
    const connection = await central.connect(device);
    expect(connection.secured).toBe(false);
    await connection.secure();
    expect(connection.secured).toBe(true);
  });

  test('a phone under the same address that lacks the keys is not let in', async () => {
    const { central, places, sensor } = await bonded();
    await central.close();
    const stranger = await radio(places.phone, { identity: phoneAddress });
    const connection = await stranger.connect(device);
    await expect((await characteristicOf(connection, securedUuid)).read()).rejects.toMatchObject({
      code: 'gatt-refused',
    });
    expect(sensor.peers.at(-1)?.secured).toBe(false);
  });
});

/** Of the Security Manager: type, handle, length; length and channel of L2CAP; then its command. */
const isPairing = (packet: Buffer, opcode: number) =>
  packet[0] === 2 && packet.length > 9 && packet.readUInt16LE(7) === 6 && packet[9] === opcode;

async function handleOf(controller: EmulatedController): Promise<() => number> {
  let handle = 0;
  controller.tap((packet) => {
    if (packet[0] === 2) handle = packet.readUInt16LE(1) & 0xfff;
  });
  return () => handle;
}

test('legacy pairing and a short key are refused by the sensor', async () => {
  const { controller } = await room();
  const sensor = await peripheral(await controller());
  const phone = await controller();
  const central = await radio(phone);
  for (const features of [
    [0x03, 0x00, 0x01, 16, 0x03, 0x03],
    [0x03, 0x00, 0x09, 7, 0x03, 0x03],
  ]) {
    const handle = await handleOf(phone);
    const failed = new Promise<void>((resolve) => {
      phone.tap((packet, direction) => {
        if (direction === 'heard' && isPairing(packet, 0x05)) resolve();
      });
    });
    const connection = await central.connect(device);
    await characteristicOf(connection, openUuid);
    const request = [0x01, ...features];
    phone.say(
      Uint8Array.from([2, handle() & 0xff, handle() >> 8, request.length + 4, 0, request.length, 0, 6, 0, ...request]),
    );
    await failed;
    expect(sensor.peers.at(-1)?.secured).toBe(false);
    connection.close();
    await connection.closed;
  }
});
