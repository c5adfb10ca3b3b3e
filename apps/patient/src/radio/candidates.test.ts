// Whose turn it is among devices that anybody may have made up.

import type { FoundDevice } from '@vitalseal/ble/node';
import { describe, expect, test } from 'vitest';
import { Candidates } from './candidates.ts';
import type { DeviceKind } from './device-kind.ts';

const kind: DeviceKind = { service: '0000180d-0000-1000-8000-00805f9b34fb', serve: async () => false };

function device(id: string): FoundDevice {
  return { id, addressType: 'random', name: undefined, services: [kind.service], rssi: -40 };
}

describe('among devices that have proved nothing', () => {
  test('the one that has been there longest is tried first', () => {
    const candidates = new Candidates();
    const hear = (id: string, at: number) => candidates.hear({ found: device(id), kind }, at);
    hear('a', 0);
    hear('b', 100);
    hear('c', 200);
    for (const id of ['c', 'b', 'a']) hear(id, 1000);
    expect([0, 1, 2, 3].map(() => candidates.take(1000)?.found.id)).toEqual(['a', 'b', 'c', undefined]);
  });

  test('one that is not heard any more is not tried', () => {
    const candidates = new Candidates();
    candidates.hear({ found: device('a'), kind }, 0);
    expect(candidates.take(3001)).toBeUndefined();
  });

  test('each has its turn again and again, however many are there all the time', () => {
    const candidates = new Candidates();
    const turns = new Map<string, number>();
    for (let round = 0; round < 900; round++) {
      for (let n = 0; n < 30; n++) candidates.hear({ found: device(`d${n}`), kind }, round * 200);
      const id = candidates.take(round * 200)?.found.id ?? 'nobody';
      turns.set(id, (turns.get(id) ?? 0) + 1);
    }
    expect(turns.size).toBe(30);
    expect(Math.min(...turns.values())).toBeGreaterThan(25);
  });

  test.each([20, 200, 2000])(
    'of %i new addresses each second none keeps a device that stays from its turns',
    (flood) => {
      const candidates = new Candidates();
      let made = 0;
      let turns = 0;
      const stepMs = 10;
      const seconds = 120;
      for (let at = 0; at < seconds * 1000; at += stepMs) {
        for (let n = 0; n < (flood * stepMs) / 1000; n++) {
          made += 1;
          candidates.hear({ found: device(`false ${made}`), kind }, at);
        }
        if (at % 200 === 0) candidates.hear({ found: device('ours'), kind }, at);
        // An attempt at a stranger takes three seconds in all.
        if (at % 3000 === 2990 && candidates.take(at)?.found.id === 'ours') turns += 1;
      }
      expect(turns).toBeGreaterThan(seconds / 3 / 8);
    },
  );
});
