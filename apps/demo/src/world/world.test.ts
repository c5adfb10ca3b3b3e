import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCard, withCard } from '@vitalseal/app-patient';
import { afterEach, expect, test } from 'vitest';
import { bedOf } from '../scenario/bed.ts';
import { prepareWorld } from './world.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-demo-world-'));
afterEach(() => rmSync(dataDir, { recursive: true }));

test('each card is in the care of the hospital, and of use to a phone with its folder and its PIN alone', async () => {
  const place = { latitude: 0, longitude: 0 };
  const beds = ['anna', 'bruno', 'clara'].map((id) => bedOf(id, { name: id, bed: 'B', place, rows: [] }));
  const activated: number[] = [];
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
