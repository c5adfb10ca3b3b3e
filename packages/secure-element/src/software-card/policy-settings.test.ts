import { expect, test } from 'vitest';
import { defaultMhaSettings } from '../mha/index.ts';
import { defaultSettings } from '../settings.ts';
import { elementSettings, mhaSettings } from './policy-settings.ts';

test('without a policy it is as the owner set it, and else as it is by default', () => {
  expect(elementSettings({}, {})).toEqual(defaultSettings);
  expect(elementSettings({}, { outboxCapacity: 7 })).toEqual({ ...defaultSettings, outboxCapacity: 7 });
  const settings = mhaSettings(() => ({}), { askTimeAfterMs: 0, batch: 3 });
  expect([settings.askTimeAfterMs(), settings.batch()]).toEqual([0, 3]);
  expect(settings.askPlaceAfterMs()).toBe(defaultMhaSettings.askPlaceAfterMs());
  expect(settings.backoff).toMatchObject(defaultMhaSettings.backoff);
});

test("the hospital's policy goes before both, from the moment it comes", () => {
  let policy = {};
  const settings = mhaSettings(() => policy, { askTimeAfterMs: 0, batch: 3 });
  policy = { timeEverySeconds: 30, placeEverySeconds: 0, batchRecords: 50, retrySeconds: 5, maxRetrySeconds: 90 };
  expect([settings.askTimeAfterMs(), settings.batch()]).toEqual([30_000, 50]);
  expect(settings.askPlaceAfterMs()).toBe(Number.POSITIVE_INFINITY);
  expect(settings.backoff).toMatchObject({ firstMs: 5000, mostMs: 90_000 });
  const limits = {
    outboxCapacity: 9,
    lateAfterSeconds: 60,
    renewAfterSeconds: 3600,
    renewAfterRecords: 100,
    hospitalRelease: 2,
  };
  expect(elementSettings(limits, { outboxCapacity: 7 })).toEqual({
    outboxCapacity: 9,
    timeliness: { lateAfterMs: 60_000, futureAfterMs: defaultSettings.timeliness.futureAfterMs },
    renewAfterMs: 3_600_000,
    renewAfterRecords: 100,
    hospitalRelease: 'refuse',
    diaryMs: 0,
    resumes: true,
  });
});
