import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHospitalKeys, startHospital } from '@vitalseal/app-hospital';
import { activateCard, openCard, startGateway, withCard } from '@vitalseal/app-patient';
import { decimal, mdc, mdcUnit } from '@vitalseal/protocol';
import { afterAll, expect, test, vi } from 'vitest';
import { bedOf } from '../scenario/bed.ts';
import { prepareWorld } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitalseal-demo-world-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('each card is in the care of the hospital, and of use to a phone with its folder and its PIN alone', async () => {
  const place = { latitude: 0, longitude: 0 };
  const beds = ['anna', 'bruno', 'clara'].map((id) => bedOf(id, { name: id, bed: 'B', place, rows: [] }));
  const activated: number[] = [];
  const dataDir = join(folder, 'three');
  const world = await prepareWorld({ dataDir, beds, cards: 'software', onActivated: (cards) => activated.push(cards) });
  try {
    expect(activated).toEqual([1, 2, 3]);
    for (const bed of beds) {
      const rows = await world.store.cards.ofPatient(bed.patient.id);
      expect(rows).toMatchObject([{ stage: 'in-service', problem: null }]);
      const card = await openCard({ folder: world.phoneDir(bed) });
      const pin = readFileSync(world.pinFile(bed), 'utf8');
      expect(await withCard({ card, pin }, (mha) => mha.display())).toMatchObject({ personalised: true });
      await card.close();
    }
  } finally {
    await world.close();
  }
}, 60_000);

test('a world that cannot be made leaves nothing behind that listens', async () => {
  const listening = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
  const before = listening();
  // A socket in a folder that is not there.
  const databaseUrl = `postgresql:///none?host=${join(folder, 'none')}`;
  const world = prepareWorld({ dataDir: join(folder, 'unmade'), databaseUrl, beds: [], cards: 'software' });
  await expect(world).rejects.toThrow();
  await vi.waitFor(() => expect(listening()).toBe(before), 10_000);
}, 60_000);

test("one's own patient, of the link that the demo prints while its hospital runs, can send", async () => {
  const world = await prepareWorld({ dataDir: join(folder, 'own'), beds: [], cards: 'software' });
  try {
    const { hospitalDir: dataDir, devicesPort: port } = world;
    const keys = await readHospitalKeys(dataDir);
    const { authorityUrl } = keys;
    const hospital = await startHospital({ dataDir, keys, authorityUrl, devices: { port }, people: { port: 0 } });
    try {
      const { hash } = new URL(await world.inviteApp(hospital.peopleUrl));
      const [phone, pin] = [join(folder, 'phone'), '4711'];
      await activateCard({ folder: phone, code: hash.slice(1), pin, log2Cost: 1 });
      const card = await openCard({ folder: phone });
      const gateway = await startGateway({ card, pin, hospital: hospital.devicesUrl });
      try {
        const pulse = { code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(72, 0) };
        await gateway.enter({ measuredAt: { utcMs: Date.now(), offsetMinutes: 0 }, measurements: [pulse] });
        const counts = async () => (await gateway.status()).counts;
        await vi.waitFor(async () => expect(await counts()).toMatchObject({ acknowledged: 1, refused: 0 }), 30_000);
        expect((await world.store.counts()).stored).toBe(1);
      } finally {
        await gateway.stop();
        await card.close();
      }
    } finally {
      await hospital.stop();
    }
  } finally {
    await world.close();
  }
}, 90_000);
