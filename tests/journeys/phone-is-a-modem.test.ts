// A capture of everything that the phone handles in a full run: frames of the sensor's link, APDUs in both directions,
// bytes of its sockets, files of its folder, states and events. None of it holds a reading, a key or the PIN, except
// VERIFY, by which the phone hands on the PIN that the patient typed into it. The place is the phone's own, and goes no
// further than into the card.

import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenedCard, startGateway } from '@vitalseal/app-patient';
import { cardOfWorld, LinkedSensor, TlsHospital } from '@vitalseal/app-patient/testing';
import { type Bytes, encodeCbor, encodeStep1Message } from '@vitalseal/protocol';
import { localKeyFile, sqliteStorage } from '@vitalseal/secure-element/node';
import {
  CertifiedWorld,
  InitiatingSensor,
  patientIdentity,
  secretsOfCard,
  sensorIdentity,
} from '@vitalseal/secure-element/testing';
import { decodeCommand, instructions } from '@vitalseal/uicc';
import { afterEach, expect, test } from 'vitest';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

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
  heard(leftOut: (ins: number) => boolean): Uint8Array[] {
    const commands = this.commands.filter((apdu) => !leftOut(decodeCommand(apdu).ins));
    const inARow = Buffer.concat(commands.map((apdu) => decodeCommand(apdu).data));
    return [...commands, inARow, ...this.responses, Buffer.concat(this.responses.map((r) => r.subarray(0, -2)))];
  }
}

/** Between the phone and the hospital: keeps what goes either way. */
async function tapped(port: number, wire: Buffer[]): Promise<number> {
  const server: Server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk) => wire.push(chunk) && to.write(chunk));
      from.on('error', () => {}).on('close', () => to.destroy());
      closing.push(() => from.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function fullRun() {
  const world = await CertifiedWorld.make(Date.now());
  const hospital = await TlsHospital.listen(world);
  closing.push(() => hospital.close());
  const wire: Buffer[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-capture-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const card = new TappedCard(await cardOfWorld(world, { folder, pin }));
  const told: string[] = [];
  const files: Uint8Array[] = [];
  const readFiles = () => {
    const names = readdirSync(folder).filter((name) => name !== 'device.key');
    files.push(...names.map((name) => new Uint8Array(readFileSync(join(folder, name)))));
  };
  const confirmed = Promise.withResolvers<void>();
  let count = 0;
  const gateway = await startGateway({
    card,
    pin,
    hospital: `https://127.0.0.1:${await tapped(hospital.port, wire)}`,
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
  const party = await world.party(sensorIdentity);
  const sealing = new InitiatingSensor({ party, root: world.root, patient: patientIdentity, now: Date.now });
  const sensor = new LinkedSensor(link, sealing);
  await sensor.shakeHands();
  // They all wait in the outbox while the files are read.
  hospital.busySeconds = 0;
  const inTheClear: Bytes[] = [];
  for (let i = 0; i < readings; i++) {
    const at = { utcMs: Date.now(), offsetMinutes: 0 };
    const message = encodeStep1Message({
      sender: sensorIdentity,
      recipient: patientIdentity,
      sentAt: at,
      measuredAt: at,
      measurements: [{ code, unit: 264864, value: { mantissa: firstMantissa + i, exponent: -4 } }],
    });
    inTheClear.push(message);
    await sensor.until(({ credit }) => credit > 0);
    sensor.send(await sealing.sealRaw(message));
  }
  await sensor.until(({ settled }) => settled === readings);
  readFiles();
  told.push(JSON.stringify(await gateway.status()));
  hospital.busySeconds = undefined;
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
  return { hospital, card, wire, frames, files, told, inTheClear, deviceKey, secrets, channel };
}

test('nothing that the phone carries, keeps or is told holds a reading, a key or the PIN', async () => {
  const run = await fullRun();
  const { card, inTheClear, secrets, channel } = run;
  const d = createPrivateKey({ key: Buffer.from(secrets.privateKey), format: 'der', type: 'pkcs8' }).export({
    format: 'jwk',
  }).d;
  const keys = {
    "the device's key": run.deviceKey,
    'the state key': secrets.stateKey,
    "the card's private key": new Uint8Array(Buffer.from(d ?? '', 'base64url')),
    "the sensor's channel to the card": channel.initiatorKey,
    "the card's channel to the sensor": channel.responderKey,
  };
  const traces: Traces = {
    ...tracesOfReadings(),
    ...Object.fromEntries(Object.entries(keys).map(([what, key]) => [what, tracesOfKey(key)])),
    'the PIN': [text(pin)],
  };

  // The run was whole, and what is looked for would be found where it is in the clear.
  expect(run.hospital.hospital.stored.size).toBe(readings);
  expect(found(traces, inTheClear)).toEqual(['what was measured', 'values']);
  for (const forms of Object.values(tracesOfReadings())) expect(forms.length).toBeGreaterThan(0);
  expect(found(traces, [...Object.values(keys), secrets.privateKey])).toEqual(Object.keys(keys));
  const sizes = [card.commands, card.responses, run.wire, run.frames, run.files, run.told].map(({ length }) => length);
  for (const size of sizes) expect(size).toBeGreaterThan(4);

  const verify = (ins: number) => ins === instructions.verify;
  const elsewhere = [...run.wire, Buffer.concat(run.wire), ...run.frames, ...run.files, ...run.told.map(text)];
  expect(found(traces, [...card.heard(verify), ...elsewhere])).toEqual([]);
  // The PIN went into the card once, when it was typed, and was wiped by whoever sent it.
  expect(card.commands.filter((apdu) => found({ pin: [text(pin)] }, [apdu]).length > 0)).toHaveLength(1);
  expect(
    found(
      traces,
      card.heard(() => false),
    ),
  ).toEqual(['the PIN']);
  // The phone tells the card where it is; nobody else hears of it.
  const micro = { place: [Buffer.from(encodeCbor(Math.round(place.latitude * 1e6))), text(place.latitude)] };
  expect(found(micro, elsewhere)).toEqual([]);
});
