import type { HospitalToDoctor } from '@vitalseal/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bench, until } from '../test-hospital/bench.fixture.ts';
import { liveReading, patientSummary } from '../test-hospital/messages.ts';
import { hospitalIdentity, welcome } from '../test-hospital/test-hospital.ts';

const complete = (): HospitalToDoctor => ({ type: 'complete', at: Date.now() });

describe('when the link breaks', () => {
  let bench: Bench;
  let patients: HospitalToDoctor[];
  const subscriptions: (number | undefined)[] = [];

  beforeEach(async () => {
    patients = [patientSummary('p1'), patientSummary('p2')];
    subscriptions.length = 0;
    bench = await Bench.open({
      onSubscribe: (_, since) => {
        subscriptions.push(since);
        return [welcome(), ...patients, complete()];
      },
    });
  });

  afterEach(() => bench.close());

  test('it is lost until it is heard again, and says since when', async () => {
    const clinician = await bench.settled();
    bench.hospital.failing = 503;
    bench.hospital.cutFeeds();
    await until(() => expect(clinician.ward.get().link).toMatchObject({ kind: 'lost', because: 'hospital-busy' }));
    const lost = clinician.ward.get().link;
    expect('heardAt' in lost && lost.heardAt).toBeTypeOf('number');
    await until(() => {
      const now = clinician.ward.get().link;
      expect(now.kind === 'lost' && now.attempt).toBeGreaterThan(2);
      expect(now.since).toBe(lost.since);
    });
    bench.hospital.failing = undefined;
    await until(() => expect(clinician.ward.get().link.kind).toBe('live'));
  });

  test('it goes on with the channel it had, from where it was', async () => {
    const clinician = await bench.settled();
    bench.hospital.cutFeeds();
    await until(() => expect(subscriptions).toHaveLength(2));
    await until(() => expect(clinician.ward.get().link.kind).toBe('live'));
    expect(bench.hospital.handshakes).toBe(1);
    expect(subscriptions).toEqual([undefined, expect.any(Number)]);
  });

  test('a hospital that lost the channel is met again by a new handshake', async () => {
    const clinician = await bench.settled();
    bench.hospital.forgetChannels();
    await until(() => expect(bench.hospital.handshakes).toBe(2));
    await until(() => expect(clinician.ward.get().link.kind).toBe('live'));
    await bench.hospital.say(liveReading('p1', 1, { pulse: 60 }));
    await until(() => expect(clinician.counts()).toMatchObject({ readings: 1, unusable: 0 }));
  });

  test('an open connection without a heartbeat is a dead one', async () => {
    // Longer than between two beats of the hospital's heart: it is dead when there are none.
    const clinician = await bench.settled({ silenceMs: 2500, backoff: { firstMs: 60_000, longestMs: 60_000 } });
    for (const channel of bench.hospital.listening) channel.silence();
    await until(() => expect(clinician.ward.get().link).toMatchObject({ kind: 'lost', because: 'stream-silent' }));
    clinician.wake();
    await until(() => expect(clinician.ward.get().link.kind).toBe('live'));
  });

  test('a receipt that could not be sent is sent when the link lives again', async () => {
    const clinician = await bench.settled();
    bench.hospital.failing = 503;
    await bench.raise('a1');
    await until(() => expect(clinician.counts().received).toBe(1));
    bench.hospital.cutFeeds();
    await until(() => expect(clinician.ward.get().link.kind).toBe('lost'));
    bench.hospital.failing = undefined;
    await until(() => expect(bench.receipts).toEqual(['received a1', 'opened a1']));
  });

  test('an alarm that ended meanwhile is resolved, and one that waited in the outbox comes as resolved', async () => {
    const clinician = await bench.settled();
    await bench.raise('a1');
    await until(() => expect(clinician.ward.get().alarms.get('a1')?.state).toBe('notified'));
    bench.hospital.cutFeeds();
    await until(() => expect(clinician.ward.get().alarms.get('a1')?.state).toBe('resolved'));
    await until(() => expect(clinician.ward.get().link.kind).toBe('live'));
    await bench.raise('a2', 'p1', { sentAt: { utcMs: 1000, offsetMinutes: 0 } });
    await until(() => expect(clinician.ward.get().alarms.get('a2')?.state).toBe('resolved'));
    expect(clinician.counts().received).toBe(2);
  });

  test('whom the hospital does not name any more is no longer shown', async () => {
    const clinician = await bench.settled();
    await bench.raise('a2', 'p2');
    await until(() => expect(clinician.ward.get().alarms.has('a2')).toBe(true));
    patients = [patientSummary('p1')];
    bench.hospital.cutFeeds();
    await until(() => expect([...clinician.ward.get().patients.keys()]).toEqual(['p1']));
    expect(clinician.ward.get().alarms.size).toBe(0);
  });

  test('the past on show is asked for again from where it broke off', async () => {
    const clinician = await bench.settled();
    const at = Date.now();
    await bench.hospital.say(liveReading('p1', at, { pulse: 60 }));
    await clinician.loadHistory('p1', at - 3_600_000);
    bench.hospital.cutFeeds();
    const asked = () => bench.hospital.asked.filter((message) => message.type === 'history').map(({ from }) => from);
    await until(() => expect(asked()).toEqual([at - 3_600_000, at - 60_000]));
  });
});

describe('when a record cannot be opened', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await Bench.open({ onSubscribe: () => [welcome(), patientSummary('p1'), complete()] });
  });

  afterEach(() => bench.close());

  test('the feed is begun anew on the same channel, and the link stays live', async () => {
    const clinician = await bench.settled();
    const states = new Set<string>();
    clinician.ward.subscribe(() => states.add(clinician.ward.get().link.kind));
    bench.hospital.listening[0]?.sendRaw(Uint8Array.of(1, 2, 3));
    const subscriptions = () => bench.hospital.asked.filter(({ type }) => type === 'subscribe').length;
    await until(() => expect(subscriptions()).toBe(2));
    await until(() => expect(clinician.ward.get()).toMatchObject({ complete: true, unusable: { count: 1 } }));
    expect([...states]).toEqual(['live']);
    expect(bench.hospital.handshakes).toBe(1);
  });
});

describe('a hospital that is not one', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await Bench.open({ onSubscribe: () => [welcome(), complete()] });
  });

  afterEach(() => bench.close());

  test('a certified patient cannot pass for the hospital', async () => {
    await bench.hospital.speakAs({ role: 'patient', id: 'p1' });
    const clinician = await bench.doctor();
    await until(() =>
      expect(clinician.ward.get().link).toMatchObject({ kind: 'lost', because: 'hospital-not-trusted' }),
    );
    expect(clinician.ward.get().complete).toBe(false);
  });

  test('a hospital whose certificate is revoked is not spoken to', async () => {
    await bench.hospital.authority.revoke({ identity: hospitalIdentity });
    const clinician = await bench.doctor();
    await until(() =>
      expect(clinician.ward.get().link).toMatchObject({ kind: 'lost', because: 'hospital-not-trusted' }),
    );
  });
});
