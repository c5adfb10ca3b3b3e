// A fresh card, an activation code, nothing else, as people at the hospital and the patient run it: invited, activated,
// in service with the gateway and a sensor, its first reading confirmed; locked, unlocked, and its PIN lifted; then
// terminated, which it proves. Not through the phone: it only lends the card a socket, a clock and a place.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beAdministered, type OpenedCard, openCard, startGateway, withCard } from '@vitalseal/app-patient';
import { startSensor, temporarySensorDevice } from '@vitalseal/app-sensor';
import { createRequest, generateKeyPair } from '@vitalseal/certifying-authority';
import { decimal, type Identity, mdc, mdcUnit } from '@vitalseal/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { anna, Clinic } from './clinic.fixture.ts';
import { whenRun } from './command-line.fixture.ts';

const strap: Identity = { role: 'sensor', id: 'chest-strap' };
const soon = { timeout: 30_000, interval: 100 };

let clinic: Clinic;
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  clinic = await Clinic.open();
  writeFileSync(join(clinic.folder, 'pin'), '4711', { mode: 0o600 });
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await clinic.close();
});

/** One command to its end. @returns what it printed */
async function vitalseal(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await whenRun(args, clinic.folder);
  expect(stderr, args.join(' ')).toBe('');
  expect(status).toBe(0);
  return stdout.trim();
}
const atHospital = (command: string, ...args: readonly string[]) =>
  vitalseal('hospital', 'card', command, '--data', 'hospital', '--patient', anna.id, ...args);
const phone = ['--data', 'phone', '--pin-file', 'pin'];

const cardOf = async () => {
  const [card] = await clinic.store.cards.ofPatient(anna.id);
  if (card === undefined) throw new Error('expected a card of the patient');
  return card;
};

async function activated(): Promise<void> {
  const address = new URL(clinic.hospital.devicesUrl).host;
  const code = await atHospital('invite', '--sensor', strap.id, '--address', address, '--poll', '10', '--code-only');
  expect(await vitalseal('patient', 'activate', code, ...phone)).toBe('the card is in service');
  expect(await cardOf()).toMatchObject({ stage: 'in-service', problem: null });
}

async function opened(): Promise<OpenedCard> {
  const card = await openCard({ folder: join(clinic.folder, 'phone') });
  closing.push(() => card.close());
  return card;
}

/** A sensor of the same authority plays readings to the gateway. */
async function measure(
  connect: () => ReturnType<Awaited<ReturnType<typeof startGateway>>['connect']>,
  pulses: readonly number[],
) {
  const { authority: ca, rootCertificate: root } = clinic.authority;
  const { privateKey, publicKey } = await generateKeyPair({ extractable: true });
  const { code } = await ca.invite({ identity: strap });
  const csr = await createRequest({ privateKey, publicKey }, strap);
  const chain = [await ca.enrol(csr, { identity: strap, code }), ca.issuingCertificate];
  const at = Date.now();
  const sensor = await startSensor({
    device: await temporarySensorDevice({ identity: strap, chain, root, privateKey }),
    patient: anna,
    readings: pulses.map((pulse, index) => ({
      measuredAt: at - 1000 + index,
      measurements: [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(pulse, 0) }],
    })),
    clock: { now: Date.now },
    connect,
  });
  closing.push(() => sensor.stop());
  await sensor.finished;
}

test('a fresh card comes into service by its code alone, delivers, and is terminated', {
  timeout: 120_000,
}, async () => {
  await activated();
  const card = await opened();
  let confirmed = 0;
  const gateway = await startGateway({
    card,
    pin: '4711',
    hospital: clinic.hospital.devicesUrl,
    events: { confirmed: () => confirmed++ },
  });
  closing.push(() => gateway.stop());
  await measure(() => gateway.connect(), [70, 71, 72]);
  await vi.waitFor(() => expect(confirmed).toBe(3), soon);
  expect(await clinic.store.counts()).toMatchObject({ stored: 3, duplicates: 0, refused: 0 });

  // While the gateway runs the card calls by itself, by the toolkit's timers.
  await atHospital('terminate', '--yes');
  await vi.waitFor(async () => expect(await cardOf()).toMatchObject({ stage: 'terminated', revocation: 'done' }), soon);
  expect((await cardOf()).receipt).not.toBeNull();
  expect(await vitalseal('hospital', 'card', 'list', '--data', 'hospital')).toContain('certificate revoked');
});

test('a card is locked, unlocked, and its blocked PIN lifted, without its PIN', { timeout: 120_000 }, async () => {
  await activated();
  await atHospital('lock');
  expect(await vitalseal('patient', 'administer', '--data', 'phone')).toBe('orders done: 1');
  expect(await atHospital('show')).toContain('"mha":"locked"');

  const card = await opened();
  await atHospital('unlock');
  await beAdministered(card, clinic.hospital.devicesUrl);
  const withPin = (pin: string) => withCard({ card, pin }, (mha) => mha.display());
  for (const wrong of ['0000', '1111'])
    await expect(withPin(wrong)).rejects.toMatchObject({ code: 'card-pin-refused' });
  await expect(withPin('2222')).rejects.toThrow();
  await expect(withPin('4711')).rejects.toMatchObject({ code: 'card-pin-blocked' });
  const [, pin = ''] = /^PIN +(\d{6})$/m.exec(await atHospital('unblock-pin', '--new-pin')) ?? [];
  await beAdministered(card, clinic.hospital.devicesUrl);
  expect(await withPin(pin)).toMatchObject({ personalised: true });
  await atHospital('terminate', '--yes');
  await beAdministered(card, clinic.hospital.devicesUrl);
  expect(await cardOf()).toMatchObject({ stage: 'terminated' });
});

test('a mistyped code, a code of elsewhere and a second code are told in one line', { timeout: 60_000 }, async () => {
  const refused = async (...args: readonly string[]) => {
    const { status, stderr } = await whenRun(['patient', 'activate', ...args, ...phone], clinic.folder);
    expect(status).toBe(2);
    return stderr;
  };
  await activated();
  expect(await refused('VS1-AAAAA')).toContain('(activation-code-malformed)');
  const address = new URL(clinic.hospital.devicesUrl).host;
  const other = await vitalseal(
    'hospital',
    'card',
    'invite',
    '--data',
    'hospital',
    '--patient',
    anna.id,
    '--address',
    address,
    '--code-only',
  );
  expect(await refused(other)).toContain('(card-activated)');
});
