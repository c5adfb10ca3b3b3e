import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import {
  openUuid,
  peripheral,
  room,
  securedUuid,
  sensorAddress,
  serviceUuid,
  type TestPeripheral,
} from '../../host/room.fixture.ts';
import { chooseDevice } from './choose-device.ts';
import { type Bluez, startBluez } from './start-bluez.ts';

const html = `<!doctype html><title>a page with Bluetooth</title><button>connect</button><script>
const heard = [];
let device, characteristic;
async function connect(uuid) {
  const server = await device.gatt.connect();
  characteristic = await (await server.getPrimaryService('${serviceUuid}')).getCharacteristic(uuid);
  characteristic.addEventListener('characteristicvaluechanged', ({ target }) => heard.push(target.value.getUint16(0)));
  await characteristic.startNotifications();
}
document.querySelector('button').onclick = async () => {
  try {
    device = await navigator.bluetooth.requestDevice({ filters: [{ services: ['${serviceUuid}'] }] });
    device.addEventListener('gattserverdisconnected', () => document.title = 'lost');
    document.title = device.name;
  } catch (error) { document.title = String(error); }
};
</script>`;

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

interface Stage {
  readonly sensor: TestPeripheral;
  readonly bluez: Bluez;
  readonly page: Page;
}

/** A page that has chosen the sensor as a person does, in a browser whose Bluetooth is a controller of the room. */
async function pageWithSensor(mtu = 517): Promise<Stage> {
  const { controller } = await room();
  const sensor = await peripheral(await controller(), { mtu });
  const bluez = await startBluez((await controller()).address);
  open.push(() => bluez.close());
  const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(html));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(async () => void server.close());
  const { env, args } = bluez.launchOptions;
  const browser: Browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    env,
    args: ['--no-sandbox', '--disable-gpu', ...args],
  });
  open.push(() => browser.close());
  const page = await browser.newPage();
  await chooseDevice(await page.context().newCDPSession(page), { id: sensorAddress });
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
  await page.click('button');
  await expect.poll(() => page.title()).toBe('a sensor of the test');
  return { sensor, bluez, page };
}

describe("Chromium's Web Bluetooth", () => {
  test.each([
    { mode: 'plain', uuid: openUuid, mtu: 517 },
    { mode: 'plain, with a sensor of the smallest MTU', uuid: openUuid, mtu: 23 },
    { mode: 'paired under LE Secure Connections', uuid: securedUuid, mtu: 517 },
  ])('reaches a sensor in the room: $mode', async ({ uuid, mtu }) => {
    const { sensor, page } = await pageWithSensor(mtu);
    await page.evaluate(`connect('${uuid}')`);
    const peer = await sensor.subscribed(uuid);
    expect(peer.mtu).toBe(mtu);
    expect(peer.secured).toBe(uuid === securedUuid);

    for (let index = 0; index < 200; index++) {
      await sensor.server.notify(peer, uuid, Uint8Array.of(index >> 8, index & 0xff));
    }
    await expect.poll(() => page.evaluate('heard.length')).toBe(200);
    expect(await page.evaluate('heard')).toEqual(Array.from({ length: 200 }, (_, index) => index));

    await page.evaluate('characteristic.writeValueWithResponse(new Uint8Array(400).fill(9))');
    await page.evaluate('characteristic.writeValueWithoutResponse(new Uint8Array(20).fill(7))');
    expect(await page.evaluate('characteristic.readValue().then((value) => value.byteLength)')).toBe(300);
    expect(sensor.written.map(({ value }) => [value.length, value[0]])).toEqual([
      [400, 9],
      [20, 7],
    ]);
  });

  test('sees that the sensor let go, and reaches it again without asking the person', async () => {
    const { sensor, page } = await pageWithSensor();
    await page.evaluate(`connect('${securedUuid}')`);
    (await sensor.subscribed(securedUuid)).close();
    await expect.poll(() => page.title()).toBe('lost');
    await page.evaluate(`connect('${securedUuid}')`);
    expect(sensor.peers.at(-1)?.secured).toBe(true);
  });

  test('loses its links when Bluetooth is switched off', async () => {
    const { sensor, page, bluez } = await pageWithSensor();
    await page.evaluate(`connect('${openUuid}')`);
    const peer = await sensor.subscribed(openUuid);
    bluez.power(false);
    await peer.closed;
    await expect.poll(() => page.title()).toBe('lost');
    // All that Chromium tells a page of an adapter that is off: it counts as available, and no event says otherwise.
    expect(await page.evaluate(`connect('${openUuid}').catch(({ name }) => name)`)).toBe('InvalidStateError');
    expect(await page.evaluate('navigator.bluetooth.getAvailability()')).toBe(true);
    bluez.power(true);
    await page.evaluate(`connect('${openUuid}')`);
    expect(sensor.peers).toHaveLength(2);
  });
});
