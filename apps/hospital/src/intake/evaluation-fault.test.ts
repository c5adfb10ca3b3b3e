import { channelIdOf, type Identity, recordHash } from '@vitalseal/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { ChannelRegistry } from '../channels/channel-registry.ts';
import { TestHospital, testHospitalIdentity } from '../testing/test-hospital.ts';
import { Ward } from '../watch/ward.ts';
import type { Arrival } from './arrival.ts';
import { CommitArrivals } from './commit-arrivals.ts';

test('a reading over which the rules fail is stored, and costs its neighbours in the commit nothing', async () => {
  const hospital = await TestHospital.start();
  onTestFinished(() => hospital.remove());
  const arrivals: Arrival[] = [];
  const { store } = hospital;
  const registry = new ChannelRegistry({ store, now: Date.now, isRevoked: () => false, onClosed: () => undefined });
  for (const id of ['p1', 'p2', 'p3']) {
    await hospital.admit(id);
    const patient = await hospital.patient(id);
    await patient.agree();
    const record = await patient.sealReading(1);
    const channel = await registry.find(channelIdOf(record));
    if (channel === undefined) throw new Error('expected the channel that was just agreed');
    arrivals.push({ channel, record, recordHash: await recordHash(record), ...(await channel.opener.open(record)) });
  }
  await hospital.halt();

  const problems: unknown[] = [];
  const onProblem = (error: unknown) => problems.push(error);
  const identity: Identity = testHospitalIdentity;
  const timestamp = (utcMs: number) => ({ utcMs, offsetMinutes: 0 });
  const ward = await Ward.load({
    store,
    hospital: identity,
    timestamp,
    isWatched: () => false,
    callsOf: () => [],
    onProblem,
  });
  const faulty = ward.numberOf('p2');
  const draft = ward.draft.bind(ward);
  ward.draft = (now) => {
    const drafted = draft(now);
    const observe = drafted.observe.bind(drafted);
    drafted.observe = (stored) => {
      if (stored.patient === faulty) throw new TypeError('a fault of the rules');
      observe(stored);
    };
    return drafted;
  };
  const commit = new CommitArrivals({ store, ward, now: Date.now, identity, onProblem });
  const outcomes = await commit.commit(arrivals.map((arrival) => [arrival]));

  expect(outcomes.flat().map(({ outcome }) => outcome)).toEqual(['stored', 'stored', 'stored']);
  expect((await store.counts()).stored).toBe(3);
  expect(ward.admitted().map(({ identity: { id }, last }) => [id, last.size > 0])).toEqual([
    ['p1', true],
    ['p2', false],
    ['p3', true],
  ]);
  expect(problems.length).toBeGreaterThan(0);
});
