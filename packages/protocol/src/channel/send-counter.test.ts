import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secrets, text } from './channel.fixture.ts';
import { maxSequence } from './record.ts';
import { openSealer } from './sealer.ts';
import { SendCounter } from './send-counter.ts';

const refusal = (code: string) => ({ name: 'ProtocolError', code });

describe('a send counter', () => {
  it('reserves a block before it gives the first number of it', async () => {
    const events: string[] = [];
    const counter = new SendCounter({
      start: 10,
      block: 2,
      reserve: async (until) => {
        await Promise.resolve();
        events.push(`reserved ${until}`);
      },
    });
    for (let i = 0; i < 5; i++) events.push(`used ${await counter.next()}`);
    expect(events).toEqual([
      'reserved 12',
      'used 10',
      'used 11',
      'reserved 14',
      'used 12',
      'used 13',
      'reserved 16',
      'used 14',
    ]);
  });

  it('never repeats a number, whenever the power fails', async () => {
    const lives = fc.array(fc.tuple(fc.nat(20), fc.boolean()), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(lives, fc.integer({ min: 1, max: 7 }), async (all, block) => {
        let stored = 0;
        const used: number[] = [];
        for (const [records, diesReserving] of all) {
          const counter = new SendCounter({
            start: stored,
            block,
            reserve: async (until) => {
              stored = until;
              await Promise.resolve();
              if (diesReserving) throw new RangeError('power');
            },
          });
          try {
            for (let i = 0; i < records; i++) used.push(await counter.next());
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        }
        expect(new Set(used).size).toBe(used.length);
        expect(used.every((number) => number < stored)).toBe(true);
      }),
      { seed: 71, numRuns: 300 },
    );
  });

  it('gives each of many callers at once a number of its own', async () => {
    let reservations = 0;
    const counter = new SendCounter({
      start: 0,
      block: 10,
      reserve: async () => {
        await Promise.resolve();
        reservations++;
      },
    });
    const numbers = await Promise.all(Array.from({ length: 95 }, () => counter.next()));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 95 }, (_, i) => i));
    expect(reservations).toBe(10);
  });

  it('gives nothing while the reservation cannot be stored, and goes on when it can', async () => {
    let full = true;
    const counter = new SendCounter({
      start: 4,
      block: 4,
      reserve: () => {
        if (full) throw new RangeError('disk full');
      },
    });
    const sealer = await openSealer(secrets, 'initiator', counter);
    await expect(sealer.seal(text('lost'))).rejects.toThrow('disk full');
    full = false;
    expect((await sealer.seal(text('kept'))).sequence).toBe(4);
  });

  it('ends with 40 bits', async () => {
    const counter = new SendCounter({ start: maxSequence, block: 8, reserve: () => undefined });
    expect(await counter.next()).toBe(maxSequence);
    await expect(async () => counter.next()).rejects.toMatchObject(refusal('counter-exhausted'));
  });

  it('starts at no number that is none', () => {
    for (const [start, block] of [
      [-1, 1],
      [0, 0],
      [0.5, 1],
      [0, Number.NaN],
    ] as const) {
      const options = { start, block, reserve: () => undefined };
      expect(() => new SendCounter(options)).toThrow(expect.objectContaining(refusal('counter-malformed')));
    }
  });
});
