/** Where people sign in by links, the rest is the same: a session, its lock, its end, and who is shut out. */
import type { Identity } from '@vitalseal/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { revokePerson } from '../people/person-register.ts';
import { invitePerson } from '../sign-in/invitations.ts';
import { TestHospital } from '../testing/test-hospital.ts';

const house: Identity = { role: 'doctor', id: 'house' };
const name = 'urn:vitalseal:doctor:house';

let hospital: TestHospital;
beforeEach(async () => {
  hospital = await TestHospital.start();
  await hospital.onCall(house);
});
afterEach(() => hospital.remove());

test('a certificate that comes for the first time is the sign-in, and is said to be by a link', async () => {
  const device = await hospital.clinician(house);
  await device.agree();
  await device.listen();
  const { message } = await device.until((heard) => heard.message.type === 'session');
  expect(message).toMatchObject({ person: house, method: 'link' });
  const described = await fetch(new URL('/sign-in', hospital.running.peopleUrl));
  expect(await described.json()).toMatchObject({ mode: 'links' });
  const options = await fetch(new URL('/sign-in/options', hospital.running.peopleUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect([options.status, await options.json()]).toEqual([409, { code: 'passkeys-off' }]);
});

test('a locked session is unlocked without a passkey, for there is none', async () => {
  const device = await hospital.clinician(house);
  await device.agree();
  await device.listen();
  await device.ask({ type: 'lock' });
  await device.until(({ message }) => message.type === 'locked');
  expect(await device.askFor({ type: 'challenge', for: 'unlock' })).toMatchObject({ passkey: false });
  expect(await device.ask({ type: 'assertion', for: 'unlock', response: '' })).toMatchObject({ ok: true });
  expect(await device.ask({ type: 'activity' })).toMatchObject({ ok: true });
});

test('who was shut out comes in by an invitation, and by no key or certificate of before', async () => {
  const device = await hospital.clinician(house);
  await device.agree();
  await device.listen();
  const { store } = hospital;
  const asked = { person: name, actor: 'operator:test', at: Date.now() };
  await store.transaction((db) => revokePerson(store, asked, db));
  await device.until(({ message }) => message.type === 'session-ended');
  await expect(device.agree()).rejects.toMatchObject({ code: 'peer-refused' });
  const renewed = await hospital.clinician(house);
  await expect(renewed.agree()).rejects.toMatchObject({ code: 'peer-refused' });
  await store.transaction((db) => invitePerson(store, { ...asked, at: Date.now() + 1, lifetimeMs: 1000 }, db));
  await renewed.agree();
  await expect(device.agree()).rejects.toMatchObject({ code: 'peer-refused' });
});

test('who signed out does not come back with the same key', async () => {
  const device = await hospital.clinician(house);
  await device.agree();
  await device.listen();
  expect(await device.ask({ type: 'sign-out' })).toMatchObject({ ok: true });
  await device.until(({ message }) => message.type === 'session-ended' && message.reason === 'signed-out');
  await expect(device.agree()).rejects.toMatchObject({ code: 'peer-refused' });
});

test('served with passkeys from now on, a hospital ends the sessions that links opened', async () => {
  const device = await hospital.clinician(house);
  await device.agree();
  await hospital.halt();
  await hospital.serve({ people: { port: Number(new URL(device.options.url).port) }, signIn: { mode: 'passkeys' } });
  await expect(device.listen()).rejects.toThrow('401');
  await expect(device.agree()).rejects.toMatchObject({ code: 'peer-refused' });
});
