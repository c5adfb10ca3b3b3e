// From the hospital's letter to its confirmation of what the patient's sensors measured, by what is on the screen alone: the
// built app, a real hospital and card, Chromium's Web Bluetooth, and sensors on an emulated radio. One patient a language.
import { chooseDevice } from '@vitalseal/ble/testing';
import { decimal } from '@vitalseal/protocol';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { sealedSensorOnAir, standardSensorOnAir } from '../phone/sensors-on-air.fixture.ts';
import { axeFindings } from './axe.fixture.ts';
import { arabic, english, spanish } from './patient-languages.fixture.ts';
import { PatientPhone } from './patient-phone.fixture.ts';
import { RadioWard } from './radio-ward.fixture.ts';

const pulses = [71, 72, 74, 73, 75, 72, 70, 71, 73, 76, 74, 72];
const ownPulse = 88;

let ward: RadioWard;
beforeAll(async () => {
  ward = await RadioWard.open(['anna', 'bruno', 'dalal']);
}, 120_000);
afterAll(async () => {
  await ward.close();
  expect(ward.complaints).toEqual([]);
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function phoneOf(words: typeof english): Promise<PatientPhone> {
  const phone = await PatientPhone.of(ward, words);
  closing.push(() => phone.page.context().close());
  return phone;
}

async function expectInOrder({ page }: PatientPhone): Promise<void> {
  expect(await axeFindings(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
}

test.each([
  { id: 'anna', number: 7, words: english, access: 'open', by: 'keys' },
  { id: 'bruno', number: 8, words: spanish, access: 'secured', by: 'camera' },
  { id: 'dalal', number: 9, words: arabic, access: 'secured', by: 'keys' },
] as const)(
  'a letter, a PIN and two sensors lead to the hospital’s confirmation: $words.locale, $access links, code by $by',
  async ({ id, number, words, access, by }) => {
    const phone = await phoneOf(words);
    const { page, devices } = phone;
    await phone.activate(id);

    const strap = { role: 'sensor', id: `strap-${id}` } as const;
    const names = { sealed: `Chest strap 0${number}`, standard: `Pulse belt 0${number}` };
    const { room, clinic } = ward;
    const strapOnAir = { room, clinic, identity: strap, name: names.sealed, access, pulses, everyMs: 20_000 };
    const sensor = await sealedSensorOnAir(strapOnAir);
    closing.push(() => sensor.close());
    await chooseDevice(devices, { name: names.sealed });
    await phone.giveSensorCode(sensor.code, by);
    await phone.press(words.find);
    await sensor.measuring;
    await phone.heading(words.sensorsTitle);
    await page.getByText(names.sealed).waitFor();
    await phone.text(words.connected);
    await phone.text(words.sealed);
    await phone.text(words.battery);
    await phone.picture('08-sensors-sealed');
    await expectInOrder(phone);
    await phone.follow(words.today);
    await page.getByText(words.allConfirmed).waitFor();
    await phone.picture('09-today-confirmed');

    closing.push(await standardSensorOnAir({ room, name: names.standard, access, pulse: ownPulse }));
    await chooseDevice(devices, { name: names.standard });
    await phone.toOwnSensor();
    await expectInOrder(phone);
    await phone.press(words.find);
    await page.getByText(names.standard).waitFor();
    await phone.text(words.own);
    await page.getByText(words.connected, { exact: true }).nth(1).waitFor();
    await phone.picture('11-sensors-both');
    await phone.follow(words.today);
    const latest = new RegExp(`${words.pulse}.*${ownPulse}.*${words.confirmed}`, 's');
    await page.getByRole('link', { name: latest }).waitFor();
    await page.getByText(words.allConfirmed).waitFor();
    await phone.picture('12-today-both');
    await page.getByRole('link', { name: latest }).click();
    await page.getByText(words.unsealed).first().waitFor();
    await page.getByText(names.sealed).first().waitFor();
    await phone.picture('13-pulse');
    await expectInOrder(phone);

    const readings = await ward.readingsOf(id);
    const ofStrap = readings.filter(({ origin }) => origin.source.id === strap.id);
    expect(ofStrap.map(({ measurements }) => measurements[0]?.value)).toEqual(pulses.map((pulse) => decimal(pulse, 0)));
    expect(ofStrap.every(({ unsealed }) => unsealed === undefined)).toBe(true);
    const ofBelt = readings.find(({ unsealed }) => unsealed !== undefined);
    expect(ofBelt?.unsealed).toEqual({ profile: 'heart-rate', device: names.standard });
    expect(ofBelt?.measurements[0]?.value).toEqual(decimal(ownPulse, 0));

    // A browser as most are: with the page it has forgotten which devices were chosen.
    if (words !== english) return;
    await phone.reopen();
    await phone.follow(words.today);
    await page.getByText('The browser has forgotten which sensors are yours.', { exact: false }).waitFor();
    await phone.picture('14-today-forgotten');
    await phone.follow('See my sensors');
    await page.getByText('Needs your permission again', { exact: true }).nth(1).waitFor();
    await phone.picture('15-ask-again');
    for (const before of [0, 1]) {
      await page.getByRole('button', { name: 'Choose it again' }).first().click();
      await page.getByText(words.connected, { exact: true }).nth(before).waitFor();
    }
  },
  180_000,
);
