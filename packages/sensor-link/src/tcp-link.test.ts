import { connect } from 'node:net';
import type { Bytes } from '@vitalseal/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import type { Link } from './link.ts';
import { connectTcp, listenTcp, type TcpListener } from './tcp-link.ts';

const listeners: TcpListener[] = [];
afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close();
});

async function listening(accept: (link: Link) => void): Promise<number> {
  const listener = await listenTcp({ host: '127.0.0.1', port: 0, accept });
  listeners.push(listener);
  return listener.port;
}

/** @returns the frames that came by the time of the last one awaited */
function collected(link: Link, count: number): Promise<Bytes[]> {
  return new Promise((resolve) => {
    const frames: Bytes[] = [];
    link.listen({
      frame: (frame) => {
        frames.push(frame);
        if (frames.length === count) resolve(frames);
      },
      closed: () => {},
    });
  });
}

describe('a link over TCP', () => {
  test('agrees on the smaller MTU and carries frames both ways in order', async () => {
    const accepted = Promise.withResolvers<Link>();
    const port = await listening(accepted.resolve);
    const sensor = await connectTcp({ host: '127.0.0.1', port, mtu: 64 });
    const phone = await accepted.promise;
    expect([sensor.mtu, phone.mtu]).toEqual([64, 64]);
    const there = collected(phone, 200);
    const back = collected(sensor, 1);
    for (let i = 0; i < 200; i++) sensor.send(new Uint8Array(i % 61).fill(i));
    phone.send(Uint8Array.of(7));
    expect((await there).map(({ length }) => length)).toEqual(Array.from({ length: 200 }, (_, i) => i % 61));
    expect(await back).toEqual([Uint8Array.of(7)]);
  });

  test('tells both ends when it is closed', async () => {
    const accepted = Promise.withResolvers<Link>();
    const port = await listening(accepted.resolve);
    const sensor = await connectTcp({ host: '127.0.0.1', port });
    const closed = Promise.withResolvers<void>();
    sensor.listen({ frame: () => {}, closed: () => closed.resolve() });
    (await accepted.promise).close();
    await closed.promise;
  });

  test('an address where nobody listens is unreachable', async () => {
    const port = await listening(() => {});
    for (const listener of listeners.splice(0)) await listener.close();
    await expect(connectTcp({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'link-unreachable' });
  });

  test('a stranger that speaks another protocol is hung up on', async () => {
    let accepted = 0;
    const port = await listening(() => accepted++);
    const socket = connect({ host: '127.0.0.1', port });
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await ended;
    expect(accepted).toBe(0);
  });
});
