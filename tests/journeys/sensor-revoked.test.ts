// A card is activated over the air and a sensor enrolled by its link, and both work; then the sensor is revoked at the
// authority, and the patient's card takes nothing more from it.

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, openCard, startGateway } from '@vitalseal/app-patient';
import { enrolSensor, openSensorDevice, startSensor } from '@vitalseal/app-sensor';
import {
  type ActivationLink,
  type Authority,
  activationLink,
  parseActivationLink,
} from '@vitalseal/certifying-authority';
import { formatIdentity, type Identity } from '@vitalseal/protocol';
import { afterEach, expect, test } from 'vitest';
import { Clinic, anna as patient } from './clinic.fixture.ts';

const sensorIdentity: Identity = { role: 'sensor', id: 's-1' };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function folder(name: string): string {
  const path = mkdtempSync(join(tmpdir(), `vitalseal-${name}-`));
  closing.push(() => rmSync(path, { recursive: true }));
  return path;
}

async function linkFor(url: string, authority: Authority, identity: Identity): Promise<ActivationLink> {
  const { code } = await authority.invite({ identity, ttl: 60_000 });
  return parseActivationLink(activationLink({ url, identity, code, rootFingerprint: authority.rootFingerprint }));
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

test('a sensor revoked at the authority is refused by the card at once', async () => {
  const clinic = await Clinic.open();
  closing.push(() => clinic.close());
  const { url, authority } = clinic.authority;
  const phoneFolder = folder('phone');
  const sensorFolder = folder('sensor');
  const phone = { folder: phoneFolder, pin: '4711', log2Cost: 4 };
  await clinic.activate({ ...phone, sensors: [sensorIdentity] });
  await enrolSensor(sensorFolder, await linkFor(url, authority, sensorIdentity));
  for (const path of [phoneFolder, sensorFolder]) {
    for (const name of readdirSync(path)) {
      if (name.endsWith('.key')) expect(statSync(join(path, name)).mode & 0o777).toBe(0o600);
    }
  }

  const card = await openCard(phone);
  closing.push(() => card.close());
  const troubles: string[] = [];
  const gateway: Gateway = await startGateway({
    card,
    pin: phone.pin,
    authority: url,
    // Nobody is there: the readings wait, which is all that this journey needs.
    hospital: 'https://127.0.0.1:1',
    events: { sensors: ({ trouble }) => trouble && troubles.push(trouble) },
  });
  closing.push(() => gateway.stop());

  const device = await openSensorDevice(sensorFolder);
  closing.push(() => device.storage.close());
  expect(formatIdentity(device.identity)).toBe('urn:vitalseal:sensor:s-1');
  const clock = { at: 1_000_000, now: () => clock.at };
  const readings = Array.from({ length: 10 }, (_, i) => ({
    measuredAt: 1_000_000 + i,
    measurements: [{ code: 147842, unit: 264864, value: { mantissa: 60 + i, exponent: 0 } }],
  }));
  const options = { device, patient, clock, connect: () => gateway.connect(), backoff: { firstMs: 5, mostMs: 20 } };
  const sensor = await startSensor({ ...options, readings });
  closing.push(() => sensor.stop());
  clock.at = 1_000_004;
  await until(() => sensor.counts().acknowledged === 5);

  await authority.revoke({ identity: sensorIdentity });
  // The list is waited for at the authority and brought to the card, which closes the channel.
  while ((await gateway.status()).sensors[0]?.channelSince !== undefined) await turn();
  clock.at = 1_000_100;
  await until(() => troubles.includes('revoked'));
  expect(sensor.counts()).toEqual({ measured: 10, acknowledged: 5, refused: 0, waiting: 5 });
  expect((await gateway.status()).counts.received).toBe(5);
});
