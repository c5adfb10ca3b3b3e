// What keeps a phone from hearing its sensors, and what the patient is told and can do: on the built app's screens, with Chromium's
// Web Bluetooth on an emulated radio. This browser remembers the devices that were chosen, as Chromium does behind a flag.
import { chooseDevice, chooseNoDevice } from '@vitalseal/ble/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { standardSensorOnAir } from '../phone/sensors-on-air.fixture.ts';
import { english as words } from './patient-languages.fixture.ts';
import { PatientPhone } from './patient-phone.fixture.ts';
import { RadioWard } from './radio-ward.fixture.ts';

const name = 'Pulse belt';
const remembering = '--enable-features=WebBluetoothNewPermissionsBackend';
const isOff = 'Bluetooth is off. Switch it on';

let ward: RadioWard;
let phone: PatientPhone;
let endSensor: () => Promise<void>;
beforeAll(async () => {
  ward = await RadioWard.open(['anna'], [remembering]);
  endSensor = await standardSensorOnAir({ room: ward.room, name, access: 'open', pulse: 72 });
  phone = await PatientPhone.of(ward, words);
  await phone.activate('anna');
}, 120_000);
afterAll(async () => {
  await endSensor();
  await ward.close();
  expect(ward.complaints).toEqual([]);
});

const says = (text: string) => phone.page.getByText(text, { exact: false }).first().waitFor();

test('a list that is closed with nothing chosen says what to look at, and can be opened again', async () => {
  await chooseNoDevice(phone.devices);
  await phone.toOwnSensor();
  await phone.press(words.find);
  await phone.page.getByRole('alert').getByText('Was yours not in the list?', { exact: false }).waitFor();
  await phone.picture('20-not-chosen');
  await chooseDevice(phone.devices, { name });
  await phone.press(words.find);
  await phone.text(words.connected);
}, 180_000);

test('Bluetooth that is switched off is said on each screen that counts on it, and heals by itself', async () => {
  ward.bluez.power(false);
  await says(isOff);
  await phone.text('Not reachable');
  await phone.picture('21-bluetooth-off');
  await phone.follow(words.today);
  await says(isOff);
  await phone.picture('22-bluetooth-off-today');
  ward.bluez.power(true);
  await phone.page.getByText(isOff, { exact: false }).waitFor({ state: 'detached' });
  await phone.follow(words.sensors);
  await phone.text(words.connected);
}, 180_000);

test('an app that is opened again hears the sensors that the browser remembers', async () => {
  await phone.reopen();
  await phone.follow(words.sensors);
  await phone.text(words.connected);
}, 180_000);

test('a permission that is taken back is asked for again, and a sensor that is removed keeps none', async () => {
  // As the settings of the browser do.
  await phone.page.evaluate('navigator.bluetooth.getDevices().then(([device]) => device.forget())');
  await phone.text('Needs your permission again');
  await phone.picture('23-permission-gone');
  await phone.press('Choose it again');
  await phone.text(words.connected);
  await phone.press('Remove');
  await phone.press('Remove it');
  await phone.text('No sensor is connected yet.');
  await expect.poll(() => phone.page.evaluate('navigator.bluetooth.getDevices().then(({ length }) => length)')).toBe(0);
}, 180_000);
