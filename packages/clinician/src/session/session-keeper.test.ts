import type { DoctorToHospital, HospitalToDoctor } from '@vitalseal/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryCustody } from '../custody/memory-custody.ts';
import { SoftwareAuthenticator } from '../node/software-authenticator.ts';
import { Bench, until } from '../test-hospital/bench.fixture.ts';
import { locked, patientSummary, sessionNews } from '../test-hospital/messages.ts';
import { welcome } from '../test-hospital/test-hospital.ts';

let bench: Bench;
let feed: () => HospitalToDoctor[];

const complete = (): HospitalToDoctor => ({ type: 'complete', at: Date.now() });
const openFeed = () => [welcome(), sessionNews(), patientSummary('p1', { name: 'Ada Example' }), complete()];
const lockedFeed = () => [welcome(), sessionNews(), locked({ high: 1 }), complete()];

beforeEach(async () => {
  feed = openFeed;
  bench = await Bench.open({
    onSubscribe: () => feed(),
    onMessage: (_, message) => {
      if (message.type !== 'challenge') return undefined;
      return { type: 'challenge', passkey: false, challenge: new Uint8Array(), rpId: '', credentials: [] };
    },
  });
});

afterEach(() => bench.close());

const asked = (type: DoctorToHospital['type']) => bench.hospital.asked.filter((message) => message.type === type);

test('a session is open once the hospital has said so, with whose it is and until when', async () => {
  const clinician = await bench.settled();
  expect(clinician.session.state.get()).toMatchObject({ kind: 'open', news: { name: 'Dr Example' } });
});

test('locked, the device keeps nothing of a patient and knows how many alarms wait', async () => {
  const clinician = await bench.settled({ opens: 'person' });
  expect(clinician.ward.get().patients.size).toBe(1);
  await bench.raise('a1');
  await until(() => expect(clinician.ward.get().alarms.size).toBe(1));
  await bench.hospital.say(locked({ high: 1, medium: 2 }));
  await until(() => expect(clinician.session.state.get()).toMatchObject({ kind: 'locked', waiting: { medium: 2 } }));
  const { patients, alarms, dispatches } = clinician.ward.get();
  expect([patients.size, alarms.size, dispatches.size]).toEqual([0, 0, 0]);
  expect(JSON.stringify([...Object.values(clinician.ward.get())])).not.toContain('Ada');
});

test('a feed that begins anew while the session is locked does not unlock it', async () => {
  feed = lockedFeed;
  const clinician = await bench.settled({ opens: 'person' });
  expect(clinician.session.state.get().kind).toBe('locked');
  bench.hospital.cutFeeds();
  await until(() => expect(asked('subscribe')).toHaveLength(2));
  await until(() => expect(clinician.ward.get().complete).toBe(true));
  expect(clinician.session.state.get().kind).toBe('locked');
  expect(asked('subscribe').map((message) => 'since' in message)).toEqual([false, false]);
});

test('unlocked by an assertion, it is open when the hospital has begun anew', async () => {
  feed = lockedFeed;
  const clinician = await bench.settled({ opens: 'person' });
  await clinician.session.unlock();
  expect(asked('assertion')).toEqual([{ type: 'assertion', for: 'unlock', response: '' }]);
  expect(clinician.session.state.get().kind).toBe('locked');
  for (const message of openFeed()) await bench.hospital.say(message);
  await until(() => expect(clinician.session.state.get().kind).toBe('open'));
  expect(clinician.ward.get().patients.size).toBe(1);
});

test('activity is told at once, and then not at every key', async () => {
  const clinician = await bench.settled({ opens: 'person' });
  for (let key = 0; key < 20; key += 1) clinician.session.noteActivity();
  await until(() => expect(asked('activity')).toHaveLength(1));
});

test('a program says by itself that it is there', async () => {
  feed = () => [welcome(), sessionNews({ idleMs: 400 }), complete()];
  await bench.settled();
  await until(() => expect(asked('activity').length).toBeGreaterThan(1));
});

test('when the session ends, the key of this device is gone, and so is everything that it knew', async () => {
  const custody = memoryCustody();
  const clinician = await bench.settled({ opens: 'person' }, custody);
  await bench.hospital.say({ type: 'session-ended', reason: 'revoked', at: Date.now() });
  await until(() => expect(clinician.session.state.get()).toMatchObject({ kind: 'ended', reason: 'revoked' }));
  await until(async () => expect(await custody.load()).toBeUndefined());
  expect(clinician.ward.get().patients.size).toBe(0);
  await until(() => expect(clinician.ward.get().link.kind).toBe('stopped'));
});

test('whoever signs out while the hospital is away loses the key all the same, and is told', async () => {
  const custody = memoryCustody();
  const clinician = await bench.settled({ opens: 'person' }, custody);
  bench.hospital.failing = 503;
  await clinician.session.signOut();
  expect(clinician.session.state.get()).toMatchObject({ kind: 'ended', reason: 'signed-out', told: false });
  expect(await custody.load()).toBeUndefined();
});

test('a device without passkeys cannot answer where one is asked for', async () => {
  await bench.close();
  const challenge = new Uint8Array(32);
  const credentials = [new Uint8Array(16).fill(7)];
  bench = await Bench.open({
    onSubscribe: lockedFeed,
    onMessage: (_, message) =>
      message.type === 'challenge'
        ? { type: 'challenge', passkey: true, challenge, rpId: 'localhost', credentials }
        : undefined,
  });
  const bare = await bench.settled({ opens: 'person' });
  await expect(bare.session.unlock()).rejects.toMatchObject({ code: 'passkey-unavailable' });
  const other = await bench.settled({
    opens: 'person',
    passkeys: new SoftwareAuthenticator({ origin: 'http://localhost' }),
  });
  await expect(other.session.unlock()).rejects.toMatchObject({ code: 'passkey-declined' });
});

test('a device that nobody uses locks itself where the hospital does not say so, and only the person opens it', async () => {
  let now = Date.now();
  const clinician = await bench.settled({ opens: 'person', now: () => now });
  bench.hospital.failing = 503;
  bench.hospital.cutFeeds();
  now += 904_000;
  await until(() => expect(clinician.session.state.get().kind).toBe('locked'));
  expect(clinician.ward.get().patients.size).toBe(0);
  bench.hospital.failing = undefined;
  // The hospital, as this test has it, begins anew and says nothing of a lock.
  await until(() => expect(asked('lock').length).toBeGreaterThan(0));
  expect(clinician.session.state.get().kind).toBe('locked');
  expect(clinician.ward.get().patients.size).toBe(0);
});
