import type { Identity } from '@vitalseal/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { revokePerson } from '../people/person-register.ts';
import { PasskeyHospital, type PasskeyHospitalOptions, TestPerson } from '../testing/passkey-hospital.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import type { Heard } from '../testing/test-clinician.ts';

const house: Identity = { role: 'doctor', id: 'house' };
const cuddy: Identity = { role: 'administrator', id: 'cuddy' };

async function started(options: PasskeyHospitalOptions = {}): Promise<PasskeyHospital> {
  const hospital = await PasskeyHospital.start(options);
  onTestFinished(() => hospital.remove());
  return hospital;
}

const isLocked = ({ message }: Heard) => message.type === 'locked';

async function until(passes: () => Promise<boolean>): Promise<void> {
  for (let times = 0; times < 100; times++) {
    if (await passes()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('expected it to come true within ten seconds');
}

const revokedAt = async ({ ca }: PasskeyHospital): Promise<number> =>
  (await ca.authority.list()).filter(({ state }) => state === 'revoked').length;

describe.each(['sqlite', 'postgresql'] as const)('a session, on %s', (kind) => {
  let postgresql: PrivatePostgresql | undefined;
  let databaseUrl: string | undefined;
  beforeAll(() => {
    postgresql = kind === 'postgresql' ? startPrivatePostgresql() : undefined;
  }, 60_000);
  beforeEach(async () => {
    databaseUrl = await postgresql?.createDatabase();
  });
  afterAll(() => postgresql?.remove());

  it('that an administrator revokes ends at once: its channel is closed, its certificate revoked, its device told', async () => {
    const hospital = await started({ databaseUrl });
    const lost = await (await hospital.person(house)).listening();
    const office = await (await hospital.person(cuddy)).listening();
    const revokedBefore = Date.now();
    expect(await office.ask({ type: 'revoke-session', session: lost.session })).toMatchObject({ ok: true });
    const { message } = await lost.until((heard) => heard.message.type === 'session-ended');
    expect(message).toMatchObject({ reason: 'revoked' });
    await lost.ended();
    expect(Date.now() - revokedBefore).toBeLessThan(5000);
    await expect(lost.ask({ type: 'my-sessions' })).rejects.toThrow('401');
    await expect(lost.agree()).rejects.toMatchObject({ code: 'peer-refused' });
    await until(async () => (await revokedAt(hospital)) === 1);
  });

  it('that a command beside the hospital revokes ends within seconds', async () => {
    const hospital = await started({ databaseUrl });
    const lost = await (await hospital.person(house)).listening();
    const asked = { person: 'urn:vitalseal:doctor:house', actor: 'operator:test', at: Date.now() };
    await hospital.store.transaction((db) => revokePerson(hospital.store, asked, db));
    await lost.until(({ message }) => message.type === 'session-ended' && message.reason === 'revoked');
    await until(async () => (await revokedAt(hospital)) === 1);
  });

  it('outlives a restart of the hospital, and so does its end', async () => {
    const hospital = await started({ databaseUrl });
    const person = await hospital.person(house);
    const device = await person.signIn();
    await device.agree();
    const other = await person.listening();
    await other.ask({ type: 'sign-out' });
    await other.until(({ message }) => message.type === 'session-ended' && message.reason === 'signed-out');
    await hospital.halt();
    await hospital.serve({ people: { port: Number(new URL(device.options.url).port) } });
    await device.listen();
    await expect(other.agree()).rejects.toMatchObject({ code: 'peer-refused' });
  });
});

describe('a session', () => {
  it('that nobody uses is locked: names and values go no more, that alarms wait does', async () => {
    const hospital = await started({ signIn: { idleMs: 5000 } });
    await hospital.admit('secret-patient');
    const person = await hospital.person(house);
    const device = await person.listening();
    expect(device.heard.some(({ message }) => message.type === 'patient')).toBe(true);
    await device.until(({ message }) => message.type === 'locked');
    await device.until(({ message }) => message.type === 'complete', { from: device.heard.findIndex(isLocked) });
    const from = device.heard.length;
    const patient = await hospital.patient('secret-patient');
    await patient.agree();
    await patient.send([await patient.sealReading(1, { spo2: 70, pulse: 180 })]);
    const waiting = await device.until(({ message }) => message.type === 'locked' && message.high > 0, { from });
    expect(waiting.message).toMatchObject({ type: 'locked', calls: 0 });
    expect(device.heard.slice(from).every(({ message }) => message.type === 'locked')).toBe(true);
    const history = { type: 'history', patient: { role: 'patient', id: 'secret-patient' }, from: 0 } as const;
    expect(await device.ask(history)).toMatchObject({ ok: false, code: 'session-locked' });
    expect(await device.ask({ type: 'activity' })).toMatchObject({ ok: false, code: 'session-locked' });

    expect(await person.prove(device, 'unlock')).toBeUndefined();
    await device.until(({ message }) => message.type === 'reading' || message.type === 'patient', { from });
    await device.until(({ message }) => message.type === 'alarm', { from });
  }, 30_000);

  it('is kept open by a person, and not by what a device does by itself', async () => {
    // Long beside what a busy machine takes for one turn below.
    const hospital = await started({ signIn: { idleMs: 5000 } });
    const used = await (await hospital.person(house)).listening();
    const idle = await (await hospital.person({ role: 'doctor', id: 'wilson' })).listening();
    const isLocked = ({ heard }: typeof used) => heard.some(({ message }) => message.type === 'locked');
    for (let times = 0; times < 200 && !isLocked(idle); times++) {
      await used.ask({ type: 'activity' });
      await idle.ask({ type: 'my-sessions' }).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(isLocked(idle)).toBe(true);
    expect(isLocked(used)).toBe(false);
  }, 30_000);

  it('that is locked stays so through a new handshake', async () => {
    const hospital = await started();
    await hospital.admit('secret-patient');
    const device = await (await hospital.person(house)).listening();
    await device.ask({ type: 'lock' });
    await device.until(({ message }) => message.type === 'locked');
    await device.stop();
    const from = device.heard.length;
    await device.agree();
    await device.listen();
    const types = device.heard.slice(from).map(({ message }) => message.type);
    expect(types).toEqual(['welcome', 'session', 'locked', 'complete']);
  });

  it("is unlocked by its own person's passkey alone, once for each question", async () => {
    const hospital = await started();
    const person = await hospital.person(house);
    const device = await person.listening();
    await device.ask({ type: 'lock' });
    const thief = await hospital.person({ role: 'doctor', id: 'wilson' });
    const asked = await device.askFor({ type: 'challenge', for: 'unlock' });
    if (asked.type !== 'challenge') throw new Error('expected a challenge');
    const challenge = Buffer.from(asked.challenge).toString('base64url');
    const foreign = JSON.stringify(
      await thief.authenticator.assert({ challenge, rpId: 'localhost', userVerification: 'required' }),
    );
    const unlock = (response: string) => device.ask({ type: 'assertion', for: 'unlock', response });
    expect(await unlock(foreign)).toMatchObject({ ok: false, code: 'passkey-refused' });
    expect(await unlock(foreign)).toMatchObject({ ok: false, code: 'ceremony-unknown' });
    expect(await unlock('')).toMatchObject({ ok: false });
    expect(await person.prove(device, 'unlock')).toBeUndefined();
    expect(await device.ask({ type: 'activity' })).toMatchObject({ ok: true });
  });

  it('that is over says so, and leaves alarms escalating and the hospital saying that nobody sees them', async () => {
    const hospital = await started({ signIn: { sessionMs: 5000 } });
    await hospital.admit('p1');
    const device = await (await hospital.person(house)).listening();
    await device.until(({ message }) => message.type === 'session-ended' && message.reason === 'expired');
    const patient = await hospital.patient('p1');
    await patient.agree();
    await patient.send([await patient.sealReading(1, { spo2: 70 })]);
    await until(async () => (await hospital.store.alarms.open()).length > 0);
    const health = await fetch(new URL('/healthz', hospital.running.peopleUrl));
    expect(await health.json()).toMatchObject({ ok: true, signIn: { sessions: 0, warning: 'nobody-sees-alarms' } });
  }, 30_000);

  it('that a command ended while no hospital served stays so, and its certificate is revoked at the next start', async () => {
    const hospital = await started();
    const device = await (await hospital.person(house)).signIn();
    await device.agree();
    await hospital.halt();
    const asked = { person: 'urn:vitalseal:doctor:house', actor: 'operator:test', at: Date.now() };
    await hospital.store.transaction((db) => revokePerson(hospital.store, asked, db));
    await hospital.serve({ people: { port: Number(new URL(device.options.url).port) } });
    await expect(device.ask({ type: 'activity' })).rejects.toThrow('401');
    await until(async () => (await revokedAt(hospital)) === 1);
  });

  it('whose certificate cannot be revoked, since the authority is away, is closed all the same, and stays due', async () => {
    const hospital = await started();
    const person = await hospital.person(house);
    const device = await person.listening();
    const other = await (await hospital.person({ role: 'doctor', id: 'wilson' })).listening();
    // Answers nothing from now on.
    await hospital.ca.close();
    await device.ask({ type: 'sign-out' });
    await device.until(({ message }) => message.type === 'session-ended');
    await expect(device.ask({ type: 'my-sessions' })).rejects.toThrow('401');
    expect(await hospital.store.sessions.toRevoke(Date.now())).toHaveLength(1);
    expect(await other.ask({ type: 'activity' })).toMatchObject({ ok: true });
    const { request } = await person.begin();
    expect(await hospital.post('/sign-in', request)).toEqual({ status: 503, body: { code: 'authority-unreachable' } });
  });

  it('of a person who is removed ends, and the identity is nobody else’s ever', async () => {
    const hospital = await started();
    const administrator = await hospital.person(cuddy);
    const office = await administrator.listening();
    const device = await (await hospital.person(house)).listening();
    expect(await office.ask({ type: 'remove', person: house })).toMatchObject({ ok: true });
    await device.until(({ message }) => message.type === 'session-ended' && message.reason === 'removed');
    const again = { type: 'register', person: house, name: 'Another', tier: 1, onCall: true } as const;
    expect(await office.ask(again)).toMatchObject({ ok: false, code: 'identity-retired' });
  });

  it('opened with a passkey that its person removes elsewhere ends, and the passkey signs in nobody', async () => {
    const hospital = await started();
    const person = await hospital.person(house);
    const other = new TestPerson(hospital, house);
    await other.registerPasskey(await hospital.invite(house));
    const lost = await other.listening();
    const here = await person.listening();
    const mine = await here.askFor({ type: 'my-sessions' });
    if (mine.type !== 'my-sessions') throw new Error('expected sessions');
    expect([mine.sessions.length, mine.passkeys.length]).toEqual([2, 2]);
    const [kept] = other.authenticator.passkeys;
    const passkey = new Uint8Array(Buffer.from(kept?.id ?? '', 'base64url'));
    const wilson = await (await hospital.person({ role: 'doctor', id: 'wilson' })).listening();
    expect(await wilson.ask({ type: 'remove-passkey', passkey })).toMatchObject({ code: 'unknown-passkey' });
    expect(await wilson.ask({ type: 'end-session', session: lost.session })).toMatchObject({ code: 'unknown-session' });
    expect(await here.ask({ type: 'remove-passkey', passkey })).toMatchObject({ ok: true });
    await lost.until(({ message }) => message.type === 'session-ended' && message.reason === 'revoked');
    const { request } = await other.begin();
    expect(await hospital.post('/sign-in', request)).toMatchObject({ body: { code: 'passkey-refused' } });
    expect(await here.ask({ type: 'activity' })).toMatchObject({ ok: true });
  });
});
