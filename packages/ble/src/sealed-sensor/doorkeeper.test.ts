// Who is let in to a sealed sensor, on a clock of the test.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Doorkeeper, type DoorkeeperOptions, mostStrangers } from './doorkeeper.ts';

function door(options: DoorkeeperOptions = {}) {
  const clock = { at: 0 };
  return { clock, keeper: new Doorkeeper({ ...options, now: () => clock.at }) };
}

describe('at the door of a sensor', () => {
  test('strangers share three places; a phone that has proved comes in beside them', () => {
    const { keeper } = door();
    keeper.comes('own');
    keeper.proves('own');
    keeper.goes('own', true);
    expect(['a', 'b', 'c', 'd'].map((id) => keeper.comes(id))).toEqual([true, true, true, false]);
    expect(keeper.comes('own')).toBe(true);
    keeper.goes('a', false);
    expect(keeper.comes('d')).toBe(true);
    expect(keeper.comes('e')).toBe(false);
  });

  test('one that proves nothing is let in less and less often, up to once a minute, and as ever when it has proved', () => {
    const { keeper, clock } = door();
    const rests: number[] = [];
    for (let times = 0; times < 9; times++) {
      expect(keeper.comes('a')).toBe(true);
      keeper.goes('a', false);
      const from = clock.at;
      while (!keeper.comes('a')) clock.at += 500;
      keeper.goes('a', true);
      rests.push(clock.at - from);
    }
    expect(rests).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    keeper.proves('a');
    keeper.goes('a', false);
    expect(keeper.comes('a')).toBe(true);
  });

  test('the only link is kept for phones that have proved, for a while, when a stranger has left it', () => {
    const { keeper, clock } = door({ known: ['own'] });
    expect(keeper.comes('a')).toBe(true);
    keeper.full();
    keeper.goes('a', false);
    expect(keeper.comes('b')).toBe(false);
    expect(keeper.comes('own')).toBe(true);
    clock.at += 5000;
    expect(keeper.comes('b')).toBe(true);
    // Where there are links left, a stranger that goes keeps out no other.
    keeper.goes('b', false);
    expect(keeper.comes('c')).toBe(true);
  });

  test('a sensor that knows no phone yet keeps nobody out for one', () => {
    const { keeper } = door();
    keeper.comes('a');
    keeper.full();
    keeper.goes('a', false);
    expect(keeper.comes('b')).toBe(true);
  });

  test('the eight phones that proved last are known, and told to be remembered', () => {
    const told: (readonly string[])[] = [];
    const { keeper } = door({ known: ['0', '1'], learned: (known) => told.push(known) });
    for (let phone = 1; phone < 10; phone++) keeper.proves(String(phone));
    expect(told.at(-1)).toEqual(['2', '3', '4', '5', '6', '7', '8', '9']);
    expect(keeper.knows('1')).toBe(false);
    const before = told.length;
    keeper.proves('5');
    expect(told).toHaveLength(before);
  });

  test('whatever strangers do, no more than three of them are in, and a known phone always gets in', () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 200 }),
      leaves: fc.boolean(),
      ms: fc.nat(3000),
      full: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const { keeper, clock } = door({ known: ['own'] });
        const inside: string[] = [];
        for (const { id, leaves, ms, full } of steps) {
          clock.at += ms;
          if (full) keeper.full();
          const left = leaves ? inside.shift() : undefined;
          if (left !== undefined) keeper.goes(left, false);
          if (keeper.comes(`s${id}`)) inside.push(`s${id}`);
          expect(inside.length).toBeLessThanOrEqual(mostStrangers);
          expect(keeper.comes('own')).toBe(true);
          keeper.goes('own', false);
        }
      }),
      { seed: 51, numRuns: 200 },
    );
  });
});
