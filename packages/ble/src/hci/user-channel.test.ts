import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BleError } from '../errors.ts';
import { openRadio } from '../host/open-radio.ts';
import { room, temporaryFolder } from '../host/room.fixture.ts';
import { adapterFault } from './adapter-fault.ts';
import { H4Splitter } from './h4-splitter.ts';
import { openUserChannel } from './user-channel.ts';

test('every packet goes to the adapter whole, one at a time, however the stream was cut', async () => {
  const path = join(await temporaryFolder(), 'adapter');
  const server = createServer();
  onTestFinished(() => void server.close());
  await once(server.listen(path), 'listening');
  const accepted = once(server, 'connection');
  const stream = openUserChannel(path);
  onTestFinished(() => void stream.destroy());
  const [adapter] = (await accepted) as [Socket];
  const heard: string[] = [];
  const splitter = new H4Splitter();
  adapter.on('data', (bytes) => heard.push(...splitter.push(bytes).map((packet) => packet.toString('hex'))));
  const packets = [
    Buffer.from([1, 3, 0x0c, 0]),
    Buffer.concat([Buffer.from([2, 0x40, 0, 0x2c, 1]), Buffer.alloc(300, 7)]),
    Buffer.from([1, 0x0a, 0x20, 1, 1]),
  ];
  const all = Buffer.concat(packets);
  for (const cut of [1, 6, 100]) stream.write(all.subarray(cut === 1 ? 0 : cut === 6 ? 1 : 6, cut));
  stream.write(all.subarray(100));
  await expect.poll(() => heard).toEqual(packets.map((packet) => packet.toString('hex')));

  const answer = once(stream, 'data');
  adapter.write(Buffer.from([4, 0x0e, 4, 1, 3, 0x0c, 0]));
  expect((await answer)[0]).toEqual(Buffer.from([4, 0x0e, 4, 1, 3, 0x0c, 0]));
  adapter.destroy();
  await once(stream, 'close');
});

test('why an adapter cannot be had is said with a code, and says nothing of the machine', async () => {
  const nowhere = join(await temporaryFolder(), 'adapter');
  const [missing] = await once(openUserChannel(nowhere), 'error');
  expect(missing).toMatchObject({ code: 'radio-unavailable', message: 'expected the adapter to be there' });
  // A number is the kernel's, which has no Bluetooth, no such adapter, or gives no right to it.
  const [refused] = await once(openUserChannel('9999'), 'error');
  expect(refused).toBeInstanceOf(BleError);
  expect(['radio-unavailable', 'radio-not-permitted']).toContain(refused.code);
});

test.each([
  [1, 'radio-not-permitted'],
  [13, 'radio-not-permitted'],
  [16, 'radio-in-use'],
  [87, 'radio-in-use'],
  [19, 'radio-unavailable'],
  [97, 'radio-unavailable'],
  [132, 'radio-unavailable'],
  [5, 'radio-unavailable'],
])('what the system answers with %i is %s', (number, code) => {
  expect(adapterFault(number, 'the adapter').code).toBe(code);
});

test('a serial line or a socket that this program may not open is told from one that is not there', () => {
  const refused = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
  expect(adapterFault(refused, 'the adapter')).toMatchObject({ code: 'radio-not-permitted', cause: refused });
  expect(adapterFault(undefined, 'the adapter').code).toBe('radio-unavailable');
});

test('a radio that cannot be opened says why', async () => {
  const opened = openRadio('hci99', { bondFolder: await temporaryFolder() });
  await expect(opened).rejects.toThrow(/expected (a kernel with Bluetooth|the (adapter|right))/);
});

test('a controller of the room answers through it', async () => {
  const { controller } = await room();
  const place = await controller();
  const stream = openUserChannel(place.address.slice('h4:'.length));
  const reset = once(stream, 'data');
  stream.write(Buffer.from([1, 3, 0x0c, 0]));
  expect((await reset)[0]).toEqual(Buffer.from([4, 0x0e, 4, 1, 3, 0x0c, 0]));
  stream.destroy();
  await once(stream, 'close');
});
