import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Bytes } from '@vitalseal/protocol';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { type LinkedCard, linkedCard, polled } from '../testing/linked-card.ts';
import type { Answer, TestTerminalOptions } from '../testing/test-terminal.ts';
import { BipChannel } from './bip-channel.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const refusal: Answer = { result: { general: 0x3a, additional: Uint8Array.of(0) } };

/** A server that gives back what it gets. */
async function echo(): Promise<{ server: Server; sockets: Socket[]; port: number }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  const address = server.address();
  return { server, sockets, port: typeof address === 'object' && address ? address.port : 0 };
}

async function linked(options: TestTerminalOptions = {}): Promise<LinkedCard> {
  const card = await linkedCard(options);
  ends.push(() => card.terminal.close());
  return card;
}

const loopback = Uint8Array.of(127, 0, 0, 1);

async function opened({ session, terminal }: LinkedCard, port: number): Promise<BipChannel> {
  const channel = new BipChannel(session);
  await polled(terminal, channel.open({ address: loopback, port }));
  return channel;
}

async function readExactly(channel: BipChannel, length: number): Promise<number[]> {
  const read: number[] = [];
  while (read.length < length) read.push(...((await channel.read()) ?? []));
  return read;
}

test('bytes of any length go out and come back as they were', async () => {
  const { port } = await echo();
  const card = await linked();
  const channel = await opened(card, port);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 3000 }), async (bytes) => {
      const back = readExactly(channel, bytes.length);
      await polled(card.terminal, channel.write(new Uint8Array(bytes)));
      expect(await polled(card.terminal, back)).toEqual([...bytes]);
    }),
    { seed: 5, numRuns: 40 },
  );
});

test('what is written before the channel is open goes out with it, in APDUs filled to the last byte', async () => {
  const { port } = await echo();
  const card = await linked();
  const channel = new BipChannel(card.session);
  for (let part = 0; part < 10; part++) await channel.write(new Uint8Array(50));
  await polled(card.terminal, channel.open({ address: loopback, port }));
  const back = readExactly(channel, 500);
  await polled(card.terminal, back);
  const sent = card.terminal.commands.flatMap((command) => (command.type === 'send-data' ? [command.data.length] : []));
  expect(sent).toEqual([241, 241, 18]);
});

test('a terminal that fetches with an extended length is sent as much as it holds', async () => {
  const { port } = await echo();
  const card = await linked({ extended: true });
  const channel = await opened(card, port);
  const bytes = new Uint8Array(4000).map((_, at) => at * 3);
  const back = readExactly(channel, bytes.length);
  await polled(card.terminal, channel.write(bytes));
  expect(await polled(card.terminal, back)).toEqual([...bytes]);
  const sent = card.terminal.commands.flatMap((command) => (command.type === 'send-data' ? [command.data.length] : []));
  expect(sent).toEqual([1500, 1500, 1000]);
});

test('a terminal that holds less is sent less at a time', async () => {
  const { port } = await echo();
  const lie: TestTerminalOptions['lie'] = ({ type }, answer) =>
    type === 'open-channel' ? { ...answer, bufferSize: 100 } : answer;
  const card = await linked({ lie });
  const channel = await opened(card, port);
  await polled(card.terminal, channel.write(new Uint8Array(150)));
  const sent = card.terminal.commands.flatMap((command) => (command.type === 'send-data' ? [command.data.length] : []));
  expect(sent).toEqual([100, 50]);
});

test('what came before the other end closed is read, then the end; the terminal has its channel back', async () => {
  const { sockets, port } = await echo();
  const card = await linked();
  const channel = await opened(card, port);
  sockets[0]?.end(new Uint8Array(600));
  expect((await polled(card.terminal, readExactly(channel, 600))).length).toBe(600);
  expect(await polled(card.terminal, channel.read())).toBeUndefined();
  await expect(channel.write(new Uint8Array(1))).rejects.toMatchObject({ code: 'link-failed' });
  channel.close();
  await card.terminal.status();
  expect(card.terminal.openLinks).toBe(0);
});

test('an end that comes is no business of the channel opened after it', async () => {
  const { sockets, port } = await echo();
  const card = await linked();
  const dying = await opened(card, port);
  sockets[0]?.destroy();
  dying.close();
  const successor = await opened(card, port);
  const back = readExactly(successor, 3);
  await polled(card.terminal, successor.write(Uint8Array.of(1, 2, 3)));
  expect(await polled(card.terminal, back)).toEqual([1, 2, 3]);
  dying.close();
  expect(successor.failure).toBeUndefined();
});

test('events of a channel that is not this one change nothing', async () => {
  const { port } = await echo();
  const card = await linked();
  const channel = await opened(card, port);
  const foreign = { channel: 3, linkEstablished: false, information: 5 };
  await card.terminal.envelope({ type: 'channel-status', channelStatus: foreign });
  await card.terminal.envelope({ type: 'data-available', channelStatus: foreign, length: 9 });
  const back = readExactly(channel, 1);
  await polled(card.terminal, channel.write(Uint8Array.of(7)));
  expect(await polled(card.terminal, back)).toEqual([7]);
});

test('an unreachable host, and a terminal that says nonsense of the channel, are a link that failed', async () => {
  const { port, server } = await echo();
  const unreachable = await linked();
  server.close();
  await expect(opened(unreachable, port)).rejects.toMatchObject({ code: 'link-failed' });
  const { port: living } = await echo();
  const status = { channel: 1, linkEstablished: true, information: 0 };
  const answers: Answer[] = [
    refusal,
    { result: { general: 0 } },
    { result: { general: 0 }, channelStatus: { ...status, channel: 0 } },
    { result: { general: 0 }, channelStatus: { ...status, linkEstablished: false } },
    { result: { general: 0 }, channelStatus: status, bufferSize: 0 },
  ];
  for (const answer of answers) {
    const card = await linked({ lie: ({ type }, done) => (type === 'open-channel' ? answer : done) });
    await expect(opened(card, living)).rejects.toMatchObject({ code: 'link-failed' });
  }
});

/** What becomes of a read when the terminal says this of RECEIVE DATA. */
async function readFrom(
  answer: (asked: number) => Answer,
): Promise<{ read: Promise<Bytes | undefined>; asked: number }> {
  const { port } = await echo();
  const lie: TestTerminalOptions['lie'] = (command, done) =>
    command.type === 'receive-data' ? answer(command.length) : done;
  const card = await linked({ lie });
  const channel = await opened(card, port);
  const read = channel.read();
  read.catch(() => {});
  await polled(card.terminal, channel.write(new Uint8Array(10)));
  for (let poll = 0; poll < 20; poll++) {
    await card.terminal.status();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return { read, asked: card.terminal.commands.filter(({ type }) => type === 'receive-data').length };
}

test('a terminal that hands over more than was asked for, or refuses to, ends the channel', async () => {
  const more = await readFrom((asked) => ({ result: { general: 0 }, channelData: new Uint8Array(asked + 1) }));
  await expect(more.read).rejects.toMatchObject({ code: 'link-failed' });
  const none = await readFrom(() => refusal);
  await expect(none.read).rejects.toMatchObject({ code: 'link-failed' });
});

test('a terminal that promises data and hands over none is not asked again and again', async () => {
  const { asked } = await readFrom(() => ({ result: { general: 0 }, channelDataLength: 255 }));
  expect(asked).toBe(1);
});

test('a terminal that refuses to send ends the channel', async () => {
  const { port } = await echo();
  const card = await linked({ lie: ({ type }, done) => (type === 'send-data' ? refusal : done) });
  const channel = await opened(card, port);
  await expect(polled(card.terminal, channel.write(new Uint8Array(9)))).rejects.toMatchObject({ code: 'link-failed' });
  await card.terminal.status();
  expect(card.terminal.openLinks).toBe(0);
});

test('a reset of the card ends the channel at once', async () => {
  const { port } = await echo();
  const card = await linked();
  const channel = await opened(card, port);
  const read = channel.read();
  read.catch(() => {});
  await card.terminal.reset();
  await expect(read).rejects.toMatchObject({ code: 'link-failed' });
});

test('a link is asked after, and one that is gone is told from one that stands', async () => {
  const { port } = await echo();
  const status = (channel: number, linkEstablished: boolean) => ({ channel, linkEstablished, information: 0 });
  const other = status(2, true);
  for (const [own, stands] of [
    [[status(1, true)], true],
    [[status(1, false)], false],
    [[], false],
  ] as const) {
    const told: Answer = { result: { general: 0 }, channelStatus: other, furtherChannels: own };
    const card = await linked({ lie: ({ type }, done) => (type === 'get-channel-status' ? told : done) });
    const channel = await opened(card, port);
    expect(await polled(card.terminal, channel.stands())).toBe(stands);
  }
});

test('a channel closed before the terminal has opened it is not left open there', async () => {
  const { port } = await echo();
  const card = await linked();
  const unasked = new BipChannel(card.session);
  const opening = unasked.open({ address: loopback, port });
  unasked.close();
  await polled(card.terminal, opening);
  const late = new BipChannel(card.session);
  card.terminal.lie = ({ type }, done) => {
    if (type === 'open-channel') late.close();
    return done;
  };
  await polled(card.terminal, late.open({ address: loopback, port }));
  expect(card.terminal.openLinks).toBe(0);
});
