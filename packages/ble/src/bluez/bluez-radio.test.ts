// Against `org.bluez` of our own on a private bus, which Chromium takes for BlueZ too: what is nearest to a bluetoothd where
// no kernel has an adapter.
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  characteristicOf,
  openUuid,
  peripheral,
  room,
  securedUuid,
  sensorAddress,
  serviceUuid,
} from '../host/room.fixture.ts';
import { startBluez } from '../testing/index.ts';
import { openBluezRadio } from './bluez-radio.ts';

async function gatewayBesideSensor() {
  const { controller } = await room();
  const place = await controller();
  const sensor = await peripheral(place);
  const bluez = await startBluez((await controller()).address);
  onTestFinished(() => bluez.close());
  const radio = await openBluezRadio('hci0', { busAddress: bluez.busAddress });
  onTestFinished(() => radio.close());
  return { sensor, place, bluez, radio };
}

describe("the system's BlueZ as a radio", () => {
  test('finds a sensor, reads, writes and hears 200 notifications in order', async () => {
    const { sensor, radio } = await gatewayBesideSensor();
    const found = await radio.find({ services: [serviceUuid] });
    expect(found).toMatchObject({ id: sensorAddress, addressType: 'random', name: 'a sensor of the test' });
    const connection = await radio.connect(found);
    expect(connection).toMatchObject({ id: sensorAddress, mtu: 517, secured: false });
    const characteristic = await characteristicOf(connection, openUuid);
    expect(await characteristic.read()).toHaveLength(300);
    await characteristic.write(new Uint8Array(400));
    await characteristic.writeWithoutResponse(new Uint8Array(20));
    await characteristic.read();
    expect(sensor.written.map(({ value }) => value.length)).toEqual([400, 20]);

    const heard: number[] = [];
    const stop = await characteristic.listen(([value = -1]) => heard.push(value));
    const peer = await sensor.subscribed(openUuid);
    for (let value = 0; value < 200; value++) await sensor.server.notify(peer, openUuid, Uint8Array.of(value));
    await expect.poll(() => heard).toEqual(Array.from({ length: 200 }, (_, value) => value));
    await stop();
    await sensor.subscribed(openUuid, false);
  });

  test('a secured characteristic is reached after pairing', async () => {
    const { sensor, radio } = await gatewayBesideSensor();
    const connection = await radio.connect(await radio.find({ id: sensorAddress }));
    await connection.secure();
    expect([connection.secured, sensor.peers[0]?.secured]).toEqual([true, true]);
    expect(await (await characteristicOf(connection, securedUuid)).read()).toHaveLength(300);
  });

  test('sees that the sensor went, and reaches it again by its address', async () => {
    const { sensor, radio, place } = await gatewayBesideSensor();
    const found = await radio.find({ id: sensorAddress });
    const first = await radio.connect(found);
    const characteristic = await characteristicOf(first, openUuid);
    place.leave();
    await first.closed;
    await expect(characteristic.read()).rejects.toMatchObject({ code: 'radio-disconnected' });
    await expect(radio.connect(found, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'radio-disconnected' });
    place.comeBack();
    const second = await radio.connect(found);
    expect(await (await characteristicOf(second, openUuid)).read()).toHaveLength(300);
    expect(sensor.peers.length).toBeGreaterThan(1);
  });

  test('ends when the adapter is switched off, and is not opened while it is', async () => {
    const { radio, bluez } = await gatewayBesideSensor();
    const connection = await radio.connect(await radio.find({ id: sensorAddress }));
    bluez.power(false);
    await Promise.all([radio.closed, connection.closed]);
    const unavailable = { code: 'radio-unavailable' };
    await expect(openBluezRadio('hci0', { busAddress: bluez.busAddress })).rejects.toMatchObject(unavailable);
    await expect(openBluezRadio('hci7', { busAddress: bluez.busAddress })).rejects.toMatchObject(unavailable);
  });

  test('is not there without a bus', async () => {
    await expect(openBluezRadio('hci0', { busAddress: 'unix:path=/nonexistent/bus' })).rejects.toMatchObject({
      code: 'radio-unavailable',
    });
  });
});
