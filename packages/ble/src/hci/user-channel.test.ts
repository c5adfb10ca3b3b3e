import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { room, temporaryFolder } from '../host/room.fixture.ts';
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
