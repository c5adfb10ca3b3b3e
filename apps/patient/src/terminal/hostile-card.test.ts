// Everything a card sends may be hostile: whatever it says, the terminal answers or refuses with a code, and lives.

import {
  type Bytes,
  type CommandApdu,
  encodeCommand,
  encodeProactiveCommand,
  encodeResponse,
  generalResults,
  instructions,
} from '@vitalseal/uicc';
import { assert, asyncProperty, constantFrom, oneof, uint8Array } from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { PatientError } from '../errors.ts';
import { ScriptedCard } from '../testing/scripted-card.ts';
import { Terminal } from './terminal.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const seed = 20_260_517;
const noData = new Uint8Array(0);
const status = encodeCommand({ cla: 0x80, ins: instructions.status, p1: 0, p2: 0x0c, data: noData });
const senses = {
  timestamp: () => ({ utcMs: Date.UTC(2026, 4, 17), offsetMinutes: 0 }),
  location: () => ({ latitude: 1, longitude: 2, accuracyMetres: 3, at: 0 }),
};

async function powered() {
  const card = new ScriptedCard();
  const terminal = new Terminal({ card, senses, retry: { firstMs: 1, mostMs: 5 } });
  closing.push(() => terminal.close());
  await terminal.start();
  return { card, terminal };
}

async function backInService(terminal: Terminal): Promise<void> {
  while (terminal.state.state !== 'ready') await new Promise((resolve) => setTimeout(resolve, 2));
}

const wellFormed: readonly Bytes[] = [
  encodeProactiveCommand({ number: 1, type: 'open-channel', address: new Uint8Array(4), port: 443, bufferSize: 1500 }),
  encodeProactiveCommand({ number: 1, type: 'send-data', channel: 3, data: new Uint8Array(30), immediate: true }),
  encodeProactiveCommand({ number: 1, type: 'receive-data', channel: 7, length: 255 }),
  encodeProactiveCommand({ number: 1, type: 'close-channel', channel: 2 }),
  encodeProactiveCommand({ number: 1, type: 'get-channel-status' }),
  encodeProactiveCommand({ number: 1, type: 'set-up-event-list', events: ['data-available', 0x42] }),
  encodeProactiveCommand({ number: 1, type: 'timer-management', action: 'start', timer: 8, seconds: 1000 }),
  encodeProactiveCommand({ number: 1, type: 'provide-local-information', information: 'date-time-zone' }),
  encodeProactiveCommand({ number: 1, type: 'poll-interval', seconds: 200 }),
  encodeProactiveCommand({ number: 1, type: 'geographical-location-request' }),
];

/** One octet of a command changed, or the command cut, or bytes of no sense. */
const commands = oneof(
  uint8Array({ maxLength: 255 }).map((bytes) => Uint8Array.from(bytes)),
  constantFrom(...wellFormed).chain((command) =>
    uint8Array({ minLength: 3, maxLength: 3 }).map(([at = 0, to = 0, cut = 0]) => {
      const changed = Uint8Array.from(command);
      changed[at % changed.length] = to;
      return cut < 64 ? changed.slice(0, cut) : changed;
    }),
  ),
);

describe('a hostile card', () => {
  test('whatever it asks for gets a terminal response, and the terminal goes on', async () => {
    const { card, terminal } = await powered();
    const property = asyncProperty(commands, async (command) => {
      const before = card.responses.length;
      card.askRaw(command);
      await terminal.run((transmit) => transmit(status));
      expect(card.responses.length).toBe(before + 1);
      expect(terminal.state.state).toBe('ready');
    });
    await assert(property, { seed, numRuns: 1500 });
  });

  test('a command that cannot be read is not understood, and one that nobody has is beyond the phone', async () => {
    const { card, terminal } = await powered();
    card.askRaw(Uint8Array.of(0xd0, 0x7f, 0x81, 0x03));
    card.askRaw(Uint8Array.of(0xd0, 0x09, 0x81, 0x03, 0x07, 0x21, 0x80, 0x82, 0x02, 0x81, 0x02));
    await terminal.run((transmit) => transmit(status));
    expect(card.responses.map(({ number, result }) => [number, result.general])).toEqual([
      [0, generalResults.dataNotUnderstood],
      [7, generalResults.beyondCapabilities],
    ]);
  });

  test('whatever it answers in place of a response, an error has a code and the next command goes out', async () => {
    const { card, terminal } = await powered();
    const property = asyncProperty(uint8Array({ maxLength: 300 }), async (bytes) => {
      card.instead = ({ ins }) => (ins === instructions.status ? Uint8Array.from(bytes) : undefined);
      const [outcome] = await Promise.allSettled([terminal.run((transmit) => transmit(status))]);
      if (outcome?.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: expect.stringMatching(/^card-/) });
      card.instead = undefined;
      await backInService(terminal);
    });
    await assert(property, { seed, numRuns: 300 });
  });

  test('one that announces without end is reset', async () => {
    const { card, terminal } = await powered();
    card.instead = endless;
    await expect(terminal.run((transmit) => transmit(status))).rejects.toMatchObject({ code: 'card-faulty' });
    card.instead = undefined;
    await backInService(terminal);
    expect(card.resets).toBeGreaterThan(1);
  });

  test('one that says there is always more to fetch is reset', async () => {
    const { card, terminal } = await powered();
    card.askRaw(noData);
    card.instead = ({ ins }) => {
      if (ins === instructions.status) return Uint8Array.of(0x91, 0x05);
      return ins === instructions.fetch || ins === instructions.getResponse ? Uint8Array.of(0x61, 0x00) : undefined;
    };
    await expect(terminal.run((transmit) => transmit(status))).rejects.toMatchObject({ code: 'card-faulty' });
    card.instead = undefined;
    await backInService(terminal);
  });

  test('one that gives nothing when asked what it announced is left at that', async () => {
    const { card, terminal } = await powered();
    card.instead = ({ ins }) => (ins === instructions.status ? Uint8Array.of(0x91, 0x10) : Uint8Array.of(0x6f, 0x00));
    await terminal.run((transmit) => transmit(status));
    expect(terminal.state.state).toBe('ready');
  });

  test('a refused PIN is not tried again by itself', async () => {
    const card = new ScriptedCard();
    let tries = 0;
    const prepare = async () => {
      tries += 1;
      if (tries > 1) throw new PatientError('card-pin-refused', 'expected the PIN of this card');
    };
    const terminal = new Terminal({ card, senses, prepare, retry: { firstMs: 1, mostMs: 2 } });
    closing.push(() => terminal.close());
    await terminal.start();
    card.inserted = false;
    await expect(terminal.run((transmit) => transmit(status))).rejects.toMatchObject({ code: 'card-gone' });
    card.inserted = true;
    const refused = () => terminal.state.state === 'unprepared' && terminal.state.code === 'card-pin-refused';
    while (!refused()) await new Promise((resolve) => setTimeout(resolve, 2));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(tries).toBe(2);
  });
});

/** MORE TIME for ever. */
function endless({ ins }: CommandApdu): Bytes {
  if (ins !== instructions.fetch) return Uint8Array.of(0x91, 0x0b);
  return encodeResponse({ data: encodeProactiveCommand({ number: 1, type: 'more-time' }), status: 0x9000 });
}
