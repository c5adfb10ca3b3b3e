import { expect, test } from 'vitest';
import { GroupCommit } from './group-commit.ts';
import { Turnstile } from './turnstile.ts';

const aMoment = () => new Promise((resolve) => setImmediate(resolve));

function recordingCommit(rowLimit = 100) {
  const groups: number[][] = [];
  const group = new GroupCommit<number, string>({
    turnstile: new Turnstile(),
    rowLimit,
    commit: async (requests) => {
      groups.push([...requests]);
      await aMoment();
      if (requests.includes(13)) throw new Error('no disk');
      return requests.map((request) => `stored ${request}`);
    },
  });
  return { groups, group };
}

test('requests of one moment share a commit and each gets its own outcome', async () => {
  const { groups, group } = recordingCommit();
  const outcomes = await Promise.all([1, 2, 3].map((request) => group.submit(request, 1)));
  expect(outcomes).toEqual(['stored 1', 'stored 2', 'stored 3']);
  expect(groups).toEqual([[1, 2, 3]]);
});

test('what arrives while those of one moment are read joins their group', async () => {
  const { groups, group } = recordingCommit();
  const first = [1, 2].map((request) => group.submit(request, 1));
  await aMoment();
  await Promise.all([...first, group.submit(3, 1)]);
  expect(groups).toEqual([[1, 2, 3]]);
});

test('requests that keep coming do not keep a group open', async () => {
  const { groups, group } = recordingCommit();
  const all: Promise<string>[] = [];
  for (let request = 100; request < 200; request += 2) {
    all.push(group.submit(request, 1), group.submit(request + 1, 1));
    await aMoment();
  }
  await Promise.all(all);
  expect(groups.length).toBeGreaterThan(5);
  expect(groups.flat()).toHaveLength(100);
});

test('a group that fails takes no later group with it', async () => {
  const { group } = recordingCommit();
  await expect(Promise.all([group.submit(13, 1), group.submit(1, 1)])).rejects.toThrow('no disk');
  expect(await group.submit(2, 1)).toBe('stored 2');
});

test('a group ends at its limit of rows, and one request over the limit is a group of its own', async () => {
  const { groups, group } = recordingCommit(4);
  await Promise.all([
    group.submit(1, 3),
    group.submit(2, 1),
    group.submit(3, 1),
    group.submit(4, 9),
    group.submit(5, 1),
  ]);
  expect(groups).toEqual([[1, 2], [3], [4], [5]]);
});

test('what comes in during a commit is in the next group', async () => {
  const { groups, group } = recordingCommit();
  const first = group.submit(1, 1);
  await aMoment();
  await Promise.all([first, group.submit(2, 1), group.submit(3, 1)]);
  expect(groups).toEqual([[1], [2, 3]]);
});

test('a request of few rows goes before many rows that came first, and shortens its group', async () => {
  const { groups, group } = recordingCommit(256);
  const away = [1, 2, 3, 4, 5, 6].map((phone) => group.submit(phone, 64));
  const now = [7, 8].map((phone) => group.submit(phone, 1));
  await Promise.all([...away, ...now]);
  expect(groups).toEqual([[7, 8, 1], [2, 3, 4, 5], [6]]);
});

test('many rows go on however many requests of few rows come', async () => {
  const { groups, group } = recordingCommit(256);
  const away = group.submit(0, 64);
  const now = Array.from({ length: 1000 }, (_, index) => group.submit(index + 100, 1));
  await Promise.all([away, ...now]);
  expect(groups[0]).toContain(0);
  expect(groups.flat()).toHaveLength(1001);
});
