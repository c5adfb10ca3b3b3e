// Power lost at every commit of a card's life in turn: first PIN, key, certificate, bonds, handshakes, readings, a change
// of PIN, batches and acknowledgements. The card comes back with the state before the commit or after it: it opens with
// one PIN, no counter is used twice, no reading is lost and none is stored twice.

import { describe, expect, test } from 'vitest';
import { CardLife, measured, surroundings } from './card-life.fixture.ts';

describe('power lost at any commit of a card', () => {
  test.for(['before', 'after'] as const)('%s each commit in turn: the same life', async (moment) => {
    const around = await surroundings();
    const whole = new CardLife(around, 0, moment);
    await whole.live();
    await whole.end();
    expect(whole.commits).toBeGreaterThan(20);
    for (let cutAt = 1; cutAt <= whole.commits; cutAt++) {
      const life = new CardLife(around, cutAt, moment);
      await life.live();
      expect({ cutAt, losses: life.losses }).toEqual({ cutAt, losses: 1 });
      expect(life.hospital.stored.size).toBe(measured);
      expect(life.hospital.repeatedCounters).toBe(0);
      expect(life.sensor.repeatedCounters).toBe(0);
      expect((await life.display()).counts.acknowledged).toBe(measured);
      await life.end();
    }
  });
});
