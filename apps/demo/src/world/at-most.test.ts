import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { atMost } from './at-most.ts';

test('each is worked on once, and never more at a time than said', async () => {
  const done: number[] = [];
  let under = 0;
  let most = 0;
  await atMost(3, [5, 6, 7, 8, 9, 10, 11], async (item, index) => {
    under += 1;
    most = Math.max(most, under);
    await turn();
    under -= 1;
    done.push(item - index);
  });
  expect(done).toEqual(Array(7).fill(5));
  expect(most).toBe(3);
});

test('after a failure what is under way comes to its end, and nothing more is begun', async () => {
  const done: number[] = [];
  const work = async (item: number) => {
    await turn();
    if (item === 1) throw new Error('no luck');
    await turn();
    done.push(item);
  };
  await expect(atMost(2, [1, 2, 3, 4], work)).rejects.toThrow('no luck');
  expect(done).toEqual([2]);
});
