// The terminal with a card that asks for one thing after the other, and with real sockets.

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { encodeCommand, generalResults, instructions, UiccError } from '@vitalseal/uicc';
import { afterEach, describe, expect, test } from 'vitest';
import { type Asked, ScriptedCard } from '../testing/scripted-card.ts';
import { Terminal, type TerminalOptions, type TerminalState } from './terminal.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const now = Date.UTC(2026, 4, 17, 8, 30, 15);
const place = { latitude: 52.52, longitude: 13.405, accuracyMetres: 12, at: now };
const timestamp = () => ({ utcMs: now, offsetMinutes: 120 });
const location = () => place;
const loopback = Uint8Array.of(127, 0, 0, 1);
const status = encodeCommand({ cla: 0x80, ins: instructions.status, p1: 0, p2: 0x0c, data: new Uint8Array(0) });

async function powered(options: Partial<TerminalOptions> = {}) {
  const card = new ScriptedCard();
  const senses = { timestamp, location };
  const terminal = new Terminal({ card, senses, retry: { firstMs: 1, mostMs: 5 }, ...options });
  closing.push(() => terminal.close());
  await terminal.start();
  const ask = async (command: Asked) => {
    const answered = card.ask(command);
    await terminal.run((transmit) => transmit(status));
    return answered;
  };
  return { card, terminal, ask };
}

interface Host {
  readonly server: Server;
  readonly port: number;
  readonly socket: Promise<Socket>;
}

async function host(): Promise<Host> {
  const server = createServer();
  const socket = once(server, 'connection').then(([connected]) => connected as Socket);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    (await Promise.race([socket, undefined]))?.destroy();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port, socket };
}

async function channel() {
  const it = await powered();
  const there = await host();
  it.terminal.reachable.allow('127.0.0.1', there.port);
  await it.ask({ type: 'set-up-event-list', events: ['data-available', 'channel-status'] });
  const opened = await it.ask({ type: 'open-channel', address: loopback, port: there.port, bufferSize: 1500 });
  expect(opened).toMatchObject({ result: { general: 0 }, channelStatus: { channel: 1, linkEstablished: true } });
  return { ...it, socket: await there.socket };
}

describe('the terminal', () => {
  test('downloads its profile before anything else', async () => {
    const { card } = await powered();
    expect(card.heard.map(({ ins }) => ins)).toEqual([instructions.terminalProfile]);
    expect(card.resets).toBe(1);
  });

  test('does all that the card asks for before the next command, and hides 91XX from who sent the first', async () => {
    const { card, terminal } = await powered();
    const asked = [card.ask({ type: 'more-time' }), card.ask({ type: 'more-time' })];
    const responses = await Promise.all([1, 2].map(() => terminal.run((transmit) => transmit(status))));
    await Promise.all(asked);
    expect(responses.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(['9000', '9000']);
    const { fetch, terminalResponse } = instructions;
    expect(card.heard.slice(1).map(({ ins }) => ins)).toEqual([
      instructions.status,
      ...[fetch, terminalResponse, fetch, terminalResponse],
      instructions.status,
    ]);
  });

  test('tells date, time and zone of the clock it was given', async () => {
    const { ask } = await powered();
    const told = await ask({ type: 'provide-local-information', information: 'date-time-zone' });
    expect(told.dateTimeZone).toEqual({ utcMs: now, offsetMinutes: 120 });
    const imei = await ask({ type: 'provide-local-information', information: 'imei' });
    expect(imei.result.general).toBe(generalResults.beyondCapabilities);
  });

  test('tells its place by an envelope', async () => {
    const { card, ask } = await powered();
    expect((await ask({ type: 'geographical-location-request' })).result.general).toBe(0);
    await card.until(({ envelopes }) => envelopes.length > 0);
    const [envelope] = card.envelopes;
    if (envelope?.type !== 'geographical-location-reporting') throw new Error('expected a place');
    expect(envelope.location?.latitude).toBeCloseTo(52.52, 4);
    expect(envelope.location?.longitude).toBeCloseTo(13.405, 4);
  });

  test('says that it does not know its place', async () => {
    const senses = { timestamp: () => ({ utcMs: now, offsetMinutes: 0 }), location: () => undefined };
    const { ask } = await powered({ senses });
    expect((await ask({ type: 'geographical-location-request' })).result.general).toBe(generalResults.terminalBusy);
  });

  test('runs timers and tells when they end', async () => {
    const { card, ask } = await powered();
    await ask({ type: 'timer-management', action: 'start', timer: 3, seconds: 1 });
    await ask({ type: 'timer-management', action: 'start', timer: 4, seconds: 3600 });
    expect((await ask({ type: 'timer-management', action: 'get', timer: 4 })).timerSeconds).toBeGreaterThan(3590);
    await card.until(({ envelopes }) => envelopes.length > 0);
    expect(card.envelopes).toMatchObject([{ type: 'timer-expiration', timer: 3, seconds: 1 }]);
    expect((await ask({ type: 'timer-management', action: 'deactivate', timer: 4 })).result.general).toBe(0);
    const gone = await ask({ type: 'timer-management', action: 'get', timer: 4 });
    expect(gone.result.general).toBe(generalResults.contradictsTimerState);
  });

  test('polls as often as the card asks, and not at all if it says so', async () => {
    const { card, ask } = await powered();
    expect((await ask({ type: 'poll-interval', seconds: 1 })).duration).toBe(1);
    const before = card.heard.length;
    await card.until(({ heard }) => heard.slice(before).some(({ ins }) => ins === instructions.status));
    expect((await ask({ type: 'polling-off' })).result.general).toBe(0);
  });

  test('carries a conversation with a host, in both directions', async () => {
    const { card, ask, socket } = await channel();
    await ask({ type: 'send-data', channel: 1, data: Uint8Array.of(1, 2), immediate: false });
    await ask({ type: 'send-data', channel: 1, data: Uint8Array.of(3), immediate: true });
    const [heard] = await once(socket, 'data');
    expect([...heard]).toEqual([1, 2, 3]);
    const page = Buffer.alloc(600, 7);
    socket.write(page);
    await card.until(({ envelopes }) => envelopes.some(({ type }) => type === 'data-available'));
    const parts: Uint8Array[] = [];
    for (let length = 255; length > 0; ) {
      const { channelData, channelDataLength = 0 } = await ask({ type: 'receive-data', channel: 1, length });
      parts.push(channelData ?? new Uint8Array(0));
      length = channelDataLength;
    }
    expect(Buffer.concat(parts).equals(page)).toBe(true);
    expect(await ask({ type: 'get-channel-status' })).toMatchObject({ channelStatus: { channel: 1 } });
    expect((await ask({ type: 'close-channel', channel: 1 })).result.general).toBe(0);
    await once(socket, 'close');
  });

  test('tells that a link was dropped only when all that came before was taken', async () => {
    const { card, ask, socket } = await channel();
    socket.end(Buffer.alloc(300, 7));
    await once(socket, 'close');
    await card.until(({ envelopes }) => envelopes.length > 0);
    expect(await ask({ type: 'receive-data', channel: 1, length: 200 })).toMatchObject({ channelDataLength: 100 });
    expect(card.envelopes.map(({ type }) => type)).toEqual(['data-available']);
    expect(await ask({ type: 'receive-data', channel: 1, length: 200 })).toMatchObject({ channelDataLength: 0 });
    await card.until(({ envelopes }) => envelopes.length > 1);
    expect(card.envelopes[1]).toMatchObject({ type: 'channel-status', channelStatus: { linkEstablished: false } });
    const late = await ask({ type: 'send-data', channel: 1, data: Uint8Array.of(1), immediate: true });
    expect(late.result).toEqual({ general: 0x3a, additional: Uint8Array.of(0x02) });
  });

  test('holds no more than its buffers, however much a host sends', async () => {
    const { card, ask, socket } = await channel();
    let written = 0;
    const more = Buffer.alloc(1 << 20);
    while (socket.write(more) && written < 64) written += 1;
    await card.until(({ envelopes }) => envelopes.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(socket.writableLength).toBeGreaterThan(0);
    expect((await ask({ type: 'close-channel', channel: 1 })).result.general).toBe(0);
  });

  test('a host nobody named is not reached, nor a port nobody named', async () => {
    const { ask, terminal } = await powered();
    const { port, server } = await host();
    let connections = 0;
    server.on('connection', () => connections++);
    terminal.reachable.allow('127.0.0.1', port + 1);
    terminal.reachable.allow('127.0.0.2', port);
    const refused = await ask({ type: 'open-channel', address: loopback, port, bufferSize: 1500 });
    expect(refused.result).toEqual({ general: 0x3a, additional: Uint8Array.of(0x05) });
    expect(connections).toBe(0);
  });

  test('a host that is not there is told as such', async () => {
    const { ask, terminal } = await powered();
    const { port, server } = await host();
    server.close();
    terminal.reachable.allow('127.0.0.1', port);
    const refused = await ask({ type: 'open-channel', address: loopback, port, bufferSize: 1500 });
    expect(refused.result).toEqual({ general: 0x3a, additional: Uint8Array.of(0x07) });
  });

  test('a card that refuses its preparation is served, not reset for it, and ready once it does not', async () => {
    let refuses = true;
    let prepared = 0;
    const prepare = async () => {
      prepared += 1;
      if (refuses) throw new UiccError('card-refused', 'expected the MHA');
    };
    const card = new ScriptedCard();
    const terminal = new Terminal({ card, senses: { timestamp, location }, prepare, retry: { firstMs: 1, mostMs: 5 } });
    closing.push(() => terminal.close());
    await expect(terminal.start()).rejects.toMatchObject({ code: 'card-refused' });
    expect(terminal.state).toMatchObject({ state: 'unprepared', code: 'card-refused' });
    await expect(terminal.run((transmit) => transmit(status))).rejects.toMatchObject({ code: 'card-gone' });
    void card.ask({ type: 'timer-management', action: 'start', timer: 1, seconds: 1 });
    await terminal.runUnprepared((transmit) => transmit(status));
    await card.until(({ envelopes }) => envelopes.some(({ type }) => type === 'timer-expiration'));
    expect(prepared).toBeGreaterThan(2);
    refuses = false;
    while (terminal.state.state !== 'ready') await new Promise((resolve) => setTimeout(resolve, 2));
    expect(card.resets).toBe(1);
  });

  test('a card that was pulled is prepared again when it is back, and knows of no channel', async () => {
    const states: TerminalState[] = [];
    let prepared = 0;
    const prepare = async () => {
      prepared += 1;
    };
    const { card, terminal, ask } = await powered({ prepare, changed: (state) => states.push(state) });
    card.inserted = false;
    await expect(terminal.run((transmit) => transmit(status))).rejects.toMatchObject({ code: 'card-gone' });
    await expect(terminal.run((transmit) => transmit(status))).rejects.toMatchObject({ code: 'card-gone' });
    card.inserted = true;
    while (terminal.state.state !== 'ready') await new Promise((resolve) => setTimeout(resolve, 2));
    expect(prepared).toBe(2);
    expect(states.map(({ state }) => state).slice(0, 2)).toEqual(['ready', 'away']);
    expect(await ask({ type: 'get-channel-status' })).toMatchObject({ channelStatus: { channel: 0 } });
  });
});
