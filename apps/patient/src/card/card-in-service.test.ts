// A card whose MHA is closed to its phone, by a lock or by its PIN, and whose hospital administers it all the same.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@vitalseal/protocol';
import { openSoftwareCard, type SoftwareCard } from '@vitalseal/secure-element/node';
import { SecurityDomainClient } from '@vitalseal/secure-element/terminal';
import { type Card, decodeCommand, instructions, logicalChannelOf } from '@vitalseal/uicc';
import { encodeActivationCode } from '@vitalseal/uicc/global-platform';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CardInService } from './card-in-service.ts';

const senses = { timestamp: () => ({ utcMs: Date.now(), offsetMinutes: 0 }), location: () => undefined };
let folder: string;
let card: SoftwareCard;
let hospital: Server;
let phone: CardInService;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-in-service-'));
  card = await openSoftwareCard({ folder, log2Cost: 4 });
  // It takes the card's call, and says nothing.
  hospital = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  await once(hospital, 'listening');
});
afterEach(async () => {
  await phone.close();
  await card.close();
  hospital.close();
  rmSync(folder, { recursive: true });
});

const port = () => (hospital.address() as AddressInfo).port;
const called = () => once(hospital, 'connection', { signal: AbortSignal.timeout(5000) });

async function inPhone(pin: string, inReader: Card = card): Promise<CardInService> {
  phone = new CardInService({ card: inReader, pin, isFirst: true, senses });
  const address = { name: 'hospital.example', port: port(), address: Uint8Array.of(127, 0, 0, 1), text: '127.0.0.1' };
  await phone.tellHospital(address);
  return phone;
}

async function takenIntoCare(): Promise<void> {
  await (await inPhone('2580')).start();
  const code = {
    host: 'hospital.example',
    port: port(),
    administrationId: '0123456789abcdef',
    secret: randomBytes(16),
  };
  await new SecurityDomainClient(phone.user).activate(encodeActivationCode(code));
  await phone.close();
}

test('a card that refuses the PIN of its phone calls its hospital all the same', async () => {
  await takenIntoCare();
  await inPhone('0000');
  const call = called();
  await expect(phone.start()).rejects.toMatchObject({ code: 'card-pin-refused' });
  await call;
  expect(phone.state).toMatchObject({ state: 'unprepared', code: 'card-pin-refused' });
});

test('a card whose MHA is locked calls its hospital all the same, and is given its PIN once it is unlocked', async () => {
  await takenIntoCare();
  const locked = new LockedCard(card);
  await inPhone('2580', locked);
  const call = called();
  await expect(phone.start()).rejects.toMatchObject({ code: 'card-refused' });
  await call;
  const { resets } = locked;
  locked.isLocked = false;
  while (phone.state.state !== 'ready') await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await phone.mha.duty()).toMatchObject({ waiting: 0 });
  expect(locked.resets).toBe(resets);
});

/** Answers SELECT on the basic channel, which is of the MHA, as a card does whose MHA is locked. */
class LockedCard implements Card {
  readonly #card: Card;
  isLocked = true;
  resets = 0;

  constructor(inside: Card) {
    this.#card = inside;
  }

  get atr(): Card['atr'] {
    return this.#card.atr;
  }

  reset(): Promise<void> {
    this.resets += 1;
    return this.#card.reset();
  }

  async transmit(apdu: Parameters<Card['transmit']>[0]): ReturnType<Card['transmit']> {
    const { cla, ins } = decodeCommand(apdu);
    const isOfMha = ins === instructions.select && logicalChannelOf(cla) === 0;
    return this.isLocked && isOfMha ? Uint8Array.of(0x6a, 0x82) : this.#card.transmit(apdu);
  }
}
