import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { characteristicOf, openUuid, peripheral, radio, room, sensorAddress } from '../../host/room.fixture.ts';

const device = { id: sensorAddress, addressType: 'random' } as const;

describe('a room of radios', () => {
  test('rooms run side by side under the same addresses and do not hear each other', async () => {
    const rooms = await Promise.all([room(), room(), room()]);
    const found = await Promise.all(
      rooms.map(async ({ controller }, index) => {
        const sensor = await peripheral(await controller());
        const central = await radio(await controller(), { identity: 'C2:00:00:00:00:02' });
        const connection = await central.connect(device);
        const characteristic = await characteristicOf(connection, openUuid);
        await characteristic.write(Uint8Array.of(index));
        return sensor.written.map(({ value }) => value[0]);
      }),
    );
    expect(found).toEqual([[0], [1], [2]]);
  });

  test('a tap sees what is said on the air, both ways, and can say and replay it', async () => {
    const { controller } = await room();
    const places = { sensor: await controller(), phone: await controller() };
    const sensor = await peripheral(places.sensor);
    const central = await radio(places.phone);
    const connection = await central.connect(device);
    const characteristic = await characteristicOf(connection, openUuid);
    const said = Uint8Array.from([0xca, 0xfe, 0xba, 0xbe]);
    const packets: { packet: Buffer; direction: string }[] = [];
    const stop = places.phone.tap((packet, direction) => packets.push({ packet: Buffer.from(packet), direction }));
    await characteristic.write(said);
    stop();
    const sent = packets.find(
      ({ packet, direction }) => direction === 'sent' && packet.includes(Buffer.from(said)),
    )?.packet;
    expect(packets.some(({ direction }) => direction === 'heard')).toBe(true);
    if (sent === undefined) throw new Error('expected the write on the air');

    places.phone.say(sent);
    await expect.poll(() => sensor.written.map(({ value }) => value)).toEqual([said, said]);

    const heard: string[] = [];
    await characteristic.listen((value) => heard.push(Buffer.from(value).toString('hex')));
    const notified = new Promise<Buffer>((resolve) => {
      const end = places.phone.tap((packet, direction) => {
        if (direction !== 'heard' || !packet.includes('feed', 0, 'hex')) return;
        end();
        resolve(Buffer.from(packet));
      });
    });
    await sensor.server.notify(await sensor.subscribed(openUuid), openUuid, Uint8Array.of(0xfe, 0xed));
    places.phone.hear(await notified);
    await expect.poll(() => heard).toEqual(['feed', 'feed']);
    expect(await characteristic.read()).toHaveLength(300);
  });

  test('who leaves is heard by nobody and hears nobody; back, everything goes on', async () => {
    const { controller } = await room();
    const places = { sensor: await controller(), phone: await controller() };
    const sensor = await peripheral(places.sensor);
    const central = await radio(places.phone);
    const connection = await central.connect(device);
    places.phone.leave();
    await Promise.all([connection.closed, sensor.peers[0]?.closed]);
    await expect(central.find({ id: sensorAddress }, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'radio-disconnected',
    });
    await expect(central.connect(device, { timeoutMs: 200 })).rejects.toMatchObject({ code: 'radio-disconnected' });
    const waiting = central.connect(device);
    const hearing = central.find({ id: sensorAddress });
    places.phone.comeBack();
    expect((await hearing).id).toBe(sensorAddress);
    expect(await (await characteristicOf(await waiting, openUuid)).read()).toHaveLength(300);

    const gone = sensor.peers.at(-1)?.closed;
    places.sensor.leave();
    await gone;
    await expect(central.find({ id: sensorAddress }, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'radio-disconnected',
    });
    places.sensor.comeBack();
    expect((await central.connect(await central.find({ id: sensorAddress }))).mtu).toBe(517);
  });

  test('links dropped end at both ends, and a scan that was on hears the sensor again', async () => {
    const { controller } = await room();
    const places = { sensor: await controller(), phone: await controller() };
    await peripheral(places.sensor);
    const central = await radio(places.phone);
    for (let round = 0; round < 3; round++) {
      const connection = await central.connect(await central.find({ id: sensorAddress }));
      (round % 2 === 0 ? places.sensor : places.phone).dropLinks();
      await connection.closed;
    }
  });
});

/** Of processes that are alive: those whose environment or arguments name the folder. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .filter((pid) => {
      try {
        const about = readFileSync(`/proc/${pid}/environ`, 'utf8') + readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return about.includes(folder);
      } catch {
        return false;
      }
    });
}

describe('a process that is killed', () => {
  test('with a room in it leaves none of the room running', async () => {
    const program = fileURLToPath(new URL('hold-room.fixture.ts', import.meta.url));
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const folders: string[] = JSON.parse(line);
    expect(folders).toHaveLength(2);
    for (const folder of folders) expect(processesOf(folder)).not.toHaveLength(0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    for (const folder of folders) await expect.poll(() => processesOf(folder)).toHaveLength(0);
  });

  test('with a radio in it is lost to those it was connected with', async () => {
    const { controller } = await room();
    const sensor = await peripheral(await controller());
    const phone = await controller();
    const program = fileURLToPath(new URL('hold-connection.fixture.ts', import.meta.url));
    const child = spawn(process.execPath, [program, phone.address, sensorAddress], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(createInterface(child.stdout), 'line');
    const peer = sensor.peers[0];
    if (peer === undefined) throw new Error('expected the other process to be connected');
    child.kill('SIGKILL');
    await peer.closed;
  });
});

test('a room leaves no folder behind', async () => {
  const { startRadioRoom } = await import('./radio-room.ts');
  const own = await startRadioRoom();
  const controller = await own.controller();
  const folder = controller.address.slice('h4:'.length);
  expect(existsSync(folder)).toBe(true);
  await own.close();
  expect(existsSync(folder)).toBe(false);
});
