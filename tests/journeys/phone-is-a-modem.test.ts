// A capture of everything that the phone handles in a full run, from a fresh card to the last confirmed reading: frames of
// the sensor's link, APDUs in both directions, bytes of its sockets, files of its folder, states and events. None of it
// holds a reading, a key or the PIN, except the commands by which the phone hands on what was typed into it: the PIN, first
// to be set and then to be verified, and the activation code. The place is the phone's own, and goes no further than into
// the card.

import { createPrivateKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { activateOpenedCard, type OpenedCard, openCard, startGateway } from '@vitalseal/app-patient';
import { LinkedSensor } from '@vitalseal/app-patient/testing';
import { type Bytes, encodeCbor, encodeStep1Message, type Identity } from '@vitalseal/protocol';
import { localKeyFile, sqliteStorage } from '@vitalseal/secure-element/node';
import { secretsOfCard } from '@vitalseal/secure-element/testing';
import { decodeCommand, instructions } from '@vitalseal/uicc';
import { activationKey, decodeActivationCode } from '@vitalseal/uicc/global-platform';
import { afterEach, expect, test } from 'vitest';
import { anna, Clinic } from './clinic.fixture.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const strap: Identity = { role: 'sensor', id: 'chest-strap' };
const pin = '74105236';
const readings = 40;
const firstMantissa = 7_654_321;
const place = { latitude: 12.345679, longitude: 1.5, accuracyMetres: 5 };
const code = 147842;

type Traces = Readonly<Record<string, readonly Buffer[]>>;

/** A reading in whatever form it may leak: as it is encoded on the wire, and as text. */
function tracesOfReadings(): Traces {
  const values = Array.from({ length: readings }, (_, i) => firstMantissa + i);
  return {
    'what was measured': [Buffer.from(encodeCbor(code))],
    values: values.flatMap((value) => [Buffer.from(encodeCbor(value)), text(value), text(value / 1e4)]),
  };
}

/** Raw, and as a program would print it. */
function tracesOfKey(key: Uint8Array): Buffer[] {
  const raw = Buffer.from(key);
  return [raw, ...(['hex', 'base64', 'base64url'] as const).map((encoding) => Buffer.from(raw.toString(encoding)))];
}

function text(value: number | string): Buffer {
  return Buffer.from(String(value));
}

function found(traces: Traces, captured: readonly Uint8Array[]): string[] {
  const everything = captured.map((bytes) => Buffer.from(bytes));
  return Object.entries(traces)
    .filter(([, forms]) => forms.some((form) => everything.some((bytes) => bytes.includes(form))))
    .map(([what]) => what);
}

/** The card with a recorder on its contacts. */
class TappedCard implements OpenedCard {
  readonly #card: OpenedCard;
  readonly commands: Bytes[] = [];
  readonly responses: Bytes[] = [];

  constructor(card: OpenedCard) {
    this.#card = card;
  }

  get atr(): Bytes {
    return this.#card.atr;
  }

  reset(): Promise<void> {
    return this.#card.reset();
  }

  async transmit(apdu: Bytes): Promise<Bytes> {
    this.commands.push(apdu.slice());
    const response = await this.#card.transmit(apdu);
    this.responses.push(response.slice());
    return response;
  }

  close(): Promise<void> {
    return this.#card.close();
  }

  /** Commands one by one and, in case a secret was cut in two, their data in a row; the same of the responses. */
  heard(leftOut: readonly number[] = []): Uint8Array[] {
    const commands = this.commands.filter((apdu) => !leftOut.includes(decodeCommand(apdu).ins));
    const inARow = Buffer.concat(commands.map((apdu) => decodeCommand(apdu).data));
    return [...commands, inARow, ...this.responses, Buffer.concat(this.responses.map((r) => r.subarray(0, -2)))];
  }
}

/** Between the phone and the hospital: keeps what goes either way, or lets nothing through. */
class TappedNetwork {
  readonly bytes: Buffer[] = [];
  readonly #server: Server;
  #holds = false;

  private constructor(port: number) {
    this.#server = createServer((near) => {
      near.on('error', () => {});
      if (this.#holds) return near.destroy();
      const far = connect(port, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        from.on('data', (chunk) => this.bytes.push(chunk) && to.write(chunk));
        from.on('error', () => {}).on('close', () => to.destroy());
        closing.push(() => from.destroy());
      }
    });
  }

  static async open(port: number): Promise<TappedNetwork> {
    const tapped = new TappedNetwork(port);
    await new Promise<void>((resolve) => tapped.#server.listen(0, '127.0.0.1', resolve));
    closing.push(() => tapped.#server.close());
    return tapped;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  hold(holds: boolean): void {
    this.#holds = holds;
  }
}

async function fullRun() {
  const clinic = await Clinic.open();
  closing.push(() => clinic.close());
  const network = await TappedNetwork.open(clinic.devicesPort);
  const folder = join(clinic.folder, 'phone');
  const told: string[] = [];
  const files: Uint8Array[] = [];
  const readFiles = () => {
    const names = readdirSync(folder).filter((name) => name !== 'device.key');
    files.push(...names.map((name) => new Uint8Array(readFileSync(join(folder, name)))));
  };
  const opened = { folder, log2Cost: 4, mha: { backoff: { firstMs: 10, mostMs: 50 } } };

  // Personalised over the air.
  const server = { host: 'localhost', port: network.port };
  const { code: activationCode, administrationId } = await clinic.invite({ sensors: [strap.id], server });
  const fresh = new TappedCard(await openCard(opened));
  await activateOpenedCard(fresh, { folder, code: activationCode, pin });
  await fresh.close();
  readFiles();
  expect((await clinic.store.cards.find(administrationId))?.stage).toBe('in-service');
  const ofPersonalisation = network.bytes.length;

  // In service.
  network.hold(true);
  const card = new TappedCard(await openCard(opened));
  const confirmed = Promise.withResolvers<void>();
  let count = 0;
  const gateway = await startGateway({
    card,
    pin,
    hospital: `https://localhost:${network.port}`,
    location: () => ({ ...place, at: Date.now() }),
    events: {
      confirmed: (confirmation) => {
        told.push(JSON.stringify(confirmation));
        count += 1;
        if (count === readings) confirmed.resolve();
      },
      hospital: (state) => told.push(JSON.stringify(state)),
      sensors: (state) => told.push(JSON.stringify(state)),
      card: (state) => told.push(JSON.stringify(state)),
    },
  });
  const frames: Bytes[] = [];
  const link = await gateway.connect({ observe: (frame) => frames.push(frame) });
  const sealing = await clinic.sensor(strap);
  const sensor = new LinkedSensor(link, sealing);
  await sensor.shakeHands();
  // They all wait in the outbox while the files are read.
  const inTheClear: Bytes[] = [];
  for (let i = 0; i < readings; i++) {
    const at = { utcMs: Date.now(), offsetMinutes: 0 };
    const message = encodeStep1Message({
      sender: strap,
      recipient: anna,
      sentAt: at,
      measuredAt: at,
      measurements: [{ code, unit: 264864, value: { mantissa: firstMantissa + i, exponent: -4 } }],
    });
    inTheClear.push(message);
    await sensor.until(({ settled, window }) => i - settled < window);
    sensor.send(await sealing.sealRaw(message));
  }
  await sensor.until(({ settled }) => settled === readings);
  readFiles();
  told.push(JSON.stringify(await gateway.status()));
  network.hold(false);
  await confirmed.promise;
  readFiles();
  told.push(JSON.stringify(await gateway.status()));
  await gateway.stop();
  await card.close();
  readFiles();

  const deviceKey = localKeyFile(join(folder, 'device.key'));
  const secrets = await secretsOfCard(sqliteStorage({ path: join(folder, 'card.db') }), deviceKey, pin);
  const channel = sealing.secrets;
  if (!channel) throw new Error('expected a channel between sensor and card');
  const keys = {
    "the device's key": deviceKey,
    'the state key': secrets.stateKey,
    "the card's private key": privateNumber(secrets.privateKey),
    'the key of its administration': secrets.administrationKey,
    'the key of the activation code': await activationKey(decodeActivationCode(activationCode)),
    "the sensor's channel to the card": channel.initiatorKey,
    "the card's channel to the sensor": channel.responderKey,
  };
  return {
    stored: (await clinic.store.counts()).stored,
    fresh,
    card,
    network,
    ofPersonalisation,
    frames,
    files,
    told,
    inTheClear,
    activationCode,
    keys,
  };
}

/** @param pkcs8 DER */
function privateNumber(pkcs8: Bytes): Bytes {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  return new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url'));
}

test('nothing that the phone carries, keeps or is told holds a reading, a key or the PIN', {
  timeout: 60_000,
}, async () => {
  const run = await fullRun();
  const { fresh, card, network, inTheClear, activationCode, keys } = run;
  const typed: Traces = {
    'the PIN': [text(pin)],
    'the activation code': [text(activationCode), ...tracesOfKey(decodeActivationCode(activationCode).secret)],
  };
  const traces: Traces = {
    ...tracesOfReadings(),
    ...Object.fromEntries(Object.entries(keys).map(([what, key]) => [what, tracesOfKey(key)])),
    ...typed,
  };

  // The run was whole, and what is looked for would be found where it is in the clear.
  expect(run.stored).toBe(readings);
  expect(found(traces, inTheClear)).toEqual(['what was measured', 'values']);
  for (const forms of Object.values(tracesOfReadings())) expect(forms.length).toBeGreaterThan(0);
  expect(found(traces, Object.values(keys))).toEqual(Object.keys(keys));
  const everything = [fresh.commands, fresh.responses, card.commands, card.responses, run.frames, run.files, run.told];
  for (const { length } of everything) expect(length).toBeGreaterThan(4);
  expect(run.ofPersonalisation).toBeGreaterThan(4);
  expect(network.bytes.length).toBeGreaterThan(run.ofPersonalisation + 4);

  const { verify, changeReferenceData } = instructions;
  const activate = 0x32;
  const wire = [...network.bytes, Buffer.concat(network.bytes)];
  const elsewhere = [...wire, ...run.frames, ...run.files, ...run.told.map(text)];
  const heard = [...fresh.heard([verify, changeReferenceData, activate]), ...card.heard([verify])];
  expect(found(traces, [...heard, ...elsewhere])).toEqual([]);
  // What was typed went into the card when it was typed, and was wiped by whoever sent it: the fresh card, asked by VERIFY,
  // had no PIN yet, and got it.
  const holding = (what: string, tapped: TappedCard) =>
    tapped.commands.flatMap((apdu) => (found({ what: typed[what] ?? [] }, [apdu]).length > 0 ? [apdu[1]] : []));
  expect(holding('the PIN', fresh)).toEqual([verify, changeReferenceData]);
  expect(holding('the activation code', fresh)).toEqual([activate]);
  expect(holding('the PIN', card)).toEqual([verify]);
  expect(found(traces, fresh.heard())).toEqual(['the PIN', 'the activation code']);
  expect(found(traces, card.heard())).toEqual(['the PIN']);
  // The phone tells the card where it is; nobody else hears of it.
  const micro = { place: [Buffer.from(encodeCbor(Math.round(place.latitude * 1e6))), text(place.latitude)] };
  expect(found(micro, elsewhere)).toEqual([]);
});
