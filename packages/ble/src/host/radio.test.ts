import { describe, expect, test } from 'vitest';
import { roomFor } from './codes.ts';
import {
  characteristicOf,
  heartRateUuid,
  indicatedUuid,
  openUuid,
  peripheral,
  radio,
  room,
  sensorAddress,
  serviceUuid,
} from './room.fixture.ts';

describe('two radios in one room', () => {
  test('a peripheral is heard with its address, name and services', async () => {
    const { controller } = await room();
    await peripheral(await controller());
    const central = await radio(await controller());
    const found = await central.find({ services: [serviceUuid] });
    expect(found).toMatchObject({ id: sensorAddress, addressType: 'random', name: 'a sensor of the test' });
    expect([...found.services].sort()).toEqual([heartRateUuid, serviceUuid].sort());
  });

  test('a device is heard again and again, as long as it advertises', async () => {
    const { controller } = await room();
    await peripheral(await controller());
    const central = await radio(await controller());
    const heard: string[] = [];
    for await (const { id } of central.scan({ services: [serviceUuid] })) {
      heard.push(id);
      if (heard.length === 3) break;
    }
    expect(heard).toEqual([sensorAddress, sensorAddress, sensorAddress]);
  });

  test('what the filter does not pass is not found', async () => {
    const { controller } = await room();
    await peripheral(await controller());
    const central = await radio(await controller());
    await expect(central.find({ name: 'another' }, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'radio-disconnected',
    });
  });

  test.each([
    [23, 517, 23],
    [517, 185, 185],
    [517, 517, 517],
  ])('ends that offer an MTU of %i and %i agree on %i', async (ofSensor, ofPhone, agreed) => {
    const { controller } = await room();
    const sensor = await peripheral(await controller(), { mtu: ofSensor });
    const central = await radio(await controller(), { mtu: ofPhone });
    const connection = await central.connect(await central.find({ services: [serviceUuid] }));
    expect(connection.mtu).toBe(agreed);
    expect(sensor.peers[0]?.mtu).toBe(agreed);

    const characteristic = await characteristicOf(connection, openUuid);
    expect(await characteristic.read()).toEqual(Uint8Array.from({ length: 300 }, (_, index) => index & 0xff));
    const long = Uint8Array.from({ length: 400 }, (_, index) => (index * 7) & 0xff);
    await characteristic.write(long);
    expect(sensor.written.at(-1)?.value).toEqual(long);
    await expect(characteristic.writeWithoutResponse(new Uint8Array(roomFor(agreed) + 1))).rejects.toMatchObject({
      code: 'gatt-refused',
    });
    await characteristic.writeWithoutResponse(new Uint8Array(roomFor(agreed)));
    await characteristic.read();
    expect(sensor.written.at(-1)?.value).toHaveLength(roomFor(agreed));

    const heard: number[] = [];
    await characteristic.listen((value) => heard.push(new DataView(value.buffer).getUint16(0)));
    const peer = await sensor.subscribed(openUuid);
    for (let index = 0; index < 500; index++) {
      const value = new Uint8Array(roomFor(agreed));
      new DataView(value.buffer).setUint16(0, index);
      await sensor.server.notify(peer, openUuid, value);
    }
    await expect.poll(() => heard.length).toBe(500);
    expect(heard).toEqual(Array.from({ length: 500 }, (_, index) => index));
    await expect(sensor.server.notify(peer, openUuid, new Uint8Array(roomFor(agreed) + 1))).rejects.toMatchObject({
      code: 'gatt-refused',
    });
  });

  test('a characteristic that only indicates is confirmed, one after the other', async () => {
    const { controller } = await room();
    const sensor = await peripheral(await controller());
    const central = await radio(await controller());
    const connection = await central.connect(await central.find({ id: sensorAddress }));
    const heard: number[] = [];
    const stop = await (await characteristicOf(connection, indicatedUuid)).listen(([value = -1]) => heard.push(value));
    const peer = await sensor.subscribed(indicatedUuid);
    for (let index = 0; index < 10; index++) {
      await sensor.server.notify(peer, indicatedUuid, Uint8Array.of(index));
      expect(heard).toHaveLength(index + 1);
    }
    await stop();
    await sensor.subscribed(indicatedUuid, false);
    await expect(sensor.server.notify(peer, indicatedUuid, Uint8Array.of(1))).rejects.toMatchObject({
      code: 'gatt-refused',
    });
  });

  test('what a central could not take is not confirmed to the device, which has to keep it', async () => {
    const { controller } = await room();
    const sensor = await peripheral(await controller());
    const central = await radio(await controller());
    const connection = await central.connect(await central.find({ id: sensorAddress }));
    const answers: PromiseWithResolvers<void>[] = [];
    await (await characteristicOf(connection, indicatedUuid)).listen(() => {
      const answer = Promise.withResolvers<void>();
      answers.push(answer);
      return answer.promise;
    });
    const peer = await sensor.subscribed(indicatedUuid);
    const outcome: string[] = [];
    const say = (value: number) =>
      sensor.server.notify(peer, indicatedUuid, Uint8Array.of(value)).then(
        () => outcome.push(`${value} confirmed`),
        () => outcome.push(`${value} kept`),
      );
    const taken = say(1);
    await expect.poll(() => answers.length).toBe(1);
    expect(outcome).toEqual([]);
    answers[0]?.resolve();
    await taken;
    const kept = say(2);
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.reject(new Error('the card is away'));
    connection.close();
    await kept;
    expect(outcome).toEqual(['1 confirmed', '2 kept']);
  });

  test('two centrals at once each hear what is said to them', async () => {
    const { controller } = await room();
    const sensor = await peripheral(await controller());
    const heard: number[][] = [[], []];
    const peers = [];
    for (const [index, own] of heard.entries()) {
      const central = await radio(await controller());
      const connection = await central.connect(await central.find({ id: sensorAddress }));
      await (await characteristicOf(connection, openUuid)).listen(([value = -1]) => own.push(value));
      const peer = sensor.peers[index];
      if (peer === undefined) throw new Error('expected a peer');
      peers.push(peer);
    }
    for (let value = 0; value < 20; value++) {
      for (const [index, peer] of peers.entries()) {
        await sensor.server.notify(peer, openUuid, Uint8Array.of(value * 2 + index));
      }
    }
    await expect.poll(() => heard.map((own) => own.length)).toEqual([20, 20]);
    expect(heard[0]).toEqual(Array.from({ length: 20 }, (_, value) => value * 2));
    expect(heard[1]).toEqual(Array.from({ length: 20 }, (_, value) => value * 2 + 1));
  });

  test('one central holds several peripherals, asked for at the same time', async () => {
    const { controller } = await room();
    const addresses = ['C1:00:00:00:00:01', 'C1:00:00:00:00:02', 'C1:00:00:00:00:03'];
    for (const identity of addresses) await peripheral(await controller(), { identity });
    const central = await radio(await controller());
    const connections = await Promise.all(addresses.map((id) => central.connect({ id, addressType: 'random' })));
    expect(connections.map(({ id }) => id)).toEqual(addresses);
    for (const connection of connections) {
      expect(await (await characteristicOf(connection, openUuid)).read()).toHaveLength(300);
    }
  });

  test('a service or characteristic that is not there is refused, and so is what it does not offer', async () => {
    const { controller } = await room();
    await peripheral(await controller());
    const central = await radio(await controller());
    const connection = await central.connect(await central.find({ id: sensorAddress }));
    const refused = { code: 'gatt-refused' };
    await expect(connection.service('00001810-0000-1000-8000-00805f9b34fb')).rejects.toMatchObject(refused);
    const service = await connection.service(serviceUuid);
    await expect(service.characteristic(heartRateUuid)).rejects.toMatchObject(refused);
  });

  test('both ends see that either let go, and the sensor is heard again at once', async () => {
    const { controller } = await room();
    const sensor = await peripheral(await controller());
    const central = await radio(await controller());
    const found = await central.find({ id: sensorAddress });
    const first = await central.connect(found);
    first.close();
    await first.closed;
    await expect.poll(() => sensor.peers.length).toBe(1);
    await sensor.peers[0]?.closed;
    await expect(first.service(serviceUuid)).rejects.toMatchObject({ code: 'radio-disconnected' });

    const second = await central.connect(found);
    await expect.poll(() => sensor.peers.length).toBe(2);
    sensor.peers[1]?.close();
    await second.closed;
    const third = await central.connect(found);
    expect(await (await characteristicOf(third, openUuid)).read()).toHaveLength(300);
  });

  test('a device that does not answer is given up in time, and can be asked for again', async () => {
    const { controller } = await room();
    const central = await radio(await controller());
    const absent = { id: sensorAddress, addressType: 'random' } as const;
    await expect(central.connect(absent, { timeoutMs: 200 })).rejects.toMatchObject({ code: 'radio-disconnected' });
    const later = central.connect(absent);
    await peripheral(await controller());
    expect((await later).id).toBe(sensorAddress);
  });

  test('an adapter that goes ends its radio and every wait on it', async () => {
    const { controller } = await room();
    await peripheral(await controller());
    const central = await radio(await controller());
    const connection = await central.connect(await central.find({ id: sensorAddress }));
    await central.close();
    await Promise.all([central.closed, connection.closed]);
    await expect(central.find({})).rejects.toMatchObject({ code: 'radio-unavailable' });
    await expect(connection.service(serviceUuid)).rejects.toMatchObject({ code: 'radio-disconnected' });
  });
});
