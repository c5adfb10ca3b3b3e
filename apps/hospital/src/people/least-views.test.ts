/** What each person is sent by a real hospital, and what each is refused. */
import type { Identity } from '@vitalseal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PasskeyHospital, type TestPerson } from '../testing/passkey-hospital.ts';
import type { FromHospital, Heard } from '../testing/test-clinician.ts';

const house: Identity = { role: 'doctor', id: 'house' };
const wilson: Identity = { role: 'doctor', id: 'wilson' };
const crew: Identity = { role: 'ambulance', id: 'crew-1' };
const cuddy: Identity = { role: 'administrator', id: 'cuddy' };
const vogler: Identity = { role: 'auditor', id: 'vogler' };
const p1: Identity = { role: 'patient', id: 'p1' };
const reason = 'unconscious in the corridor';

let hospital: PasskeyHospital;
beforeEach(async () => {
  hospital = await PasskeyHospital.start({ signIn: { emergencyMs: 6000 } });
  await hospital.admit('p1');
  await hospital.admit('p2');
});
afterEach(() => hospital.remove());

const patientsIn = (heard: readonly Heard[]): string[] => [
  ...new Set(heard.flatMap(({ message }) => (message.type === 'patient' ? message.patient.id : []))),
];
const about = (heard: readonly Heard[], id: string): FromHospital[] =>
  heard.map(({ message }) => message).filter((message) => JSON.stringify(message, plain).includes(id));

function plain(_: string, value: unknown): unknown {
  return value instanceof Uint8Array || typeof value === 'bigint' ? String(value) : value;
}

async function offCall(identity: Identity): Promise<TestPerson> {
  return hospital.person(identity, { onCall: false });
}

async function reading(id: string, spo2 = 97): Promise<void> {
  const patient = await hospital.patient(id);
  await patient.agree();
  await patient.send([await patient.sealReading(1, { spo2 })]);
}

describe('a doctor', () => {
  it('on call sees the ward; off call and on no care team, nobody', async () => {
    const onCall = await (await hospital.person(house)).listening();
    const off = await (await offCall(wilson)).listening();
    expect(patientsIn(onCall.heard)).toEqual(['p1', 'p2']);
    expect(patientsIn(off.heard)).toEqual([]);
    await reading('p1');
    await onCall.until(({ message }) => message.type === 'reading');
    expect(about(off.heard, 'p1')).toEqual([]);
    const history = { type: 'history', patient: p1, from: 0 } as const;
    expect(await off.ask(history)).toMatchObject({ ok: false, code: 'not-permitted' });
    const nobody = { ...history, patient: { role: 'patient', id: 'nobody' } } as const;
    expect(await off.ask(nobody)).toMatchObject({ ok: false, code: 'not-permitted' });
  });

  it('on the care team sees that patient off call, from the moment an administrator says so', async () => {
    const off = await (await offCall(wilson)).listening();
    const office = await (await hospital.person(cuddy)).listening();
    expect(await office.ask({ type: 'care-team', patient: p1, team: [wilson] })).toMatchObject({ ok: true });
    await off.until(({ message }) => message.type === 'patient' && message.patient.id === 'p1');
    expect(patientsIn(off.heard)).toEqual(['p1']);
    const from = off.heard.length;
    await office.ask({ type: 'care-team', patient: p1, team: [] });
    await off.until(({ message }) => message.type === 'complete', { from });
    expect(patientsIn(off.heard.slice(from))).toEqual([]);
    expect(await office.ask({ type: 'care-team', patient: p1, team: [crew] })).toMatchObject({ ok: false });
  });

  it('who goes off call sees the ward no more, nor is sent its alarms', async () => {
    const device = await (await hospital.person(house)).listening();
    await hospital.person(wilson);
    const from = device.heard.length;
    await hospital.register(house, { onCall: false });
    await device.until(({ message }) => message.type === 'complete', { from });
    const after = device.heard.length;
    await reading('p1', 70);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(device.heard.slice(after)).toEqual([]);
  });
});

describe('breaking the glass', () => {
  it('works at once and for its time, is told to the care team, doctors on call and auditors, and stands in the log', async () => {
    const onCall = await (await hospital.person(house)).listening();
    const auditor = await (await hospital.person(vogler)).listening();
    const breaking = await (await offCall(wilson)).listening();
    const asked = { type: 'break-glass', patient: 'bed of p1', reason } as const;
    expect(await breaking.ask(asked)).toMatchObject({ ok: true });
    await breaking.until(({ message }) => message.type === 'patient' && message.patient.id === 'p1');
    expect(patientsIn(breaking.heard)).toEqual(['p1']);
    const { message: told } = await onCall.until(({ message }) => message.type === 'emergency-access');
    expect(told).toMatchObject({ patient: p1, name: 'Name of p1', by: wilson, reason });
    const { message: audited } = await auditor.until(({ message }) => message.type === 'emergency-access');
    expect(audited).toMatchObject({ patient: p1, by: wilson, reason });
    expect(audited).not.toHaveProperty('name');
    // All that is there is said twice: with the patient, and without, whether or not that is over by now.
    const isComplete = ({ message }: Heard) => message.type === 'complete';
    const shown = breaking.heard.findIndex(({ message }) => message.type === 'patient');
    const from = breaking.heard.indexOf(await breaking.until(isComplete, { from: shown })) + 1;
    await breaking.until(isComplete, { from });
    expect(patientsIn(breaking.heard.slice(from))).toEqual([]);
    const rows = await hospital.store.database.selectFrom('audit_entries').select('entry').execute();
    const broken = rows.filter(({ entry }) => entry.includes('"glass-broken"'));
    expect(broken).toHaveLength(1);
    expect(broken[0]?.entry).toContain('urn:vitalseal:doctor:wilson');
    expect(broken[0]?.entry).not.toContain('unconscious');
  });

  it('is told to a care team that was away, when it comes back', async () => {
    const office = await (await hospital.person(cuddy)).listening();
    const chase: Identity = { role: 'doctor', id: 'chase' };
    const away = await offCall(chase);
    await office.ask({ type: 'care-team', patient: p1, team: [chase] });
    const breaking = await (await offCall(wilson)).listening();
    await breaking.ask({ type: 'break-glass', patient: 'p1', reason });
    await new Promise((resolve) => setTimeout(resolve, 6500));
    const back = await away.listening();
    await back.until(({ message }) => message.type === 'emergency-access');
  });

  it('asks for a reason and for one patient', async () => {
    const device = await (await offCall(wilson)).listening();
    const ask = (patient: string, why: string) => device.ask({ type: 'break-glass', patient, reason: why });
    expect(await ask('p1', 'why not')).toMatchObject({ ok: false, code: 'reason-missing' });
    expect(await ask('nobody', reason)).toMatchObject({ ok: false, code: 'unknown-patient' });
    const watching = await (await hospital.person(house)).listening();
    await hospital.admit('p3', 'Name of p1');
    await watching.until(({ message }) => message.type === 'patient' && message.patient.id === 'p3');
    expect(await ask('name of P1', reason)).toMatchObject({ ok: false, code: 'patient-ambiguous' });
    const ambulance = await (await hospital.person(crew)).listening();
    expect(await ambulance.ask({ type: 'break-glass', patient: 'p1', reason })).toMatchObject({
      code: 'not-permitted',
    });
  });
});

describe('the office', () => {
  it('is sent no reading, no value, no place; an auditor no name of a patient either', async () => {
    const doctor = await (await hospital.person(house)).listening();
    const office = await (await hospital.person(cuddy)).listening();
    const auditor = await (await hospital.person(vogler)).listening();
    await reading('p1', 70);
    await doctor.until(({ message }) => message.type === 'alarm');
    for (const device of [office, auditor]) {
      const types = new Set(device.heard.map(({ message }) => message.type));
      for (const type of ['patient', 'reading', 'alarm', 'alarm-state', 'dispatch']) expect(types).not.toContain(type);
    }
    await office.until(({ message }) => message.type === 'watch' && message.doctorsSeeing === 1);
    expect(await auditor.ask({ type: 'care-teams' }).catch(() => undefined)).toMatchObject({ code: 'not-permitted' });
    expect(await office.ask({ type: 'audit', limit: 10 })).toMatchObject({ ok: false, code: 'not-permitted' });
    const page = await auditor.askFor({ type: 'audit', limit: 50 });
    expect(page.type === 'audit' && page.entries.length).toBeGreaterThan(5);
    expect(JSON.stringify(page)).not.toContain('Name of');
  });

  it('asks for a passkey before what cannot be taken back', async () => {
    await hospital.remove();
    // Long enough for an answer on a busy machine.
    hospital = await PasskeyHospital.start({ signIn: { stepUpMs: 4000 } });
    const administrator = await hospital.person(cuddy);
    const office = await administrator.listening();
    await hospital.register(house);
    const invite = { type: 'invite', person: house } as const;
    await vi.waitFor(
      async () => expect(await office.ask(invite)).toMatchObject({ ok: false, code: 'step-up-required' }),
      { timeout: 20_000, interval: 200 },
    );
    expect(await administrator.prove(office, 'step-up')).toBeUndefined();
    const invited = await office.askFor(invite);
    if (invited.type !== 'invitation') throw new Error('expected an invitation');
    expect(invited.link).toMatch(/^http:\/\/localhost:\d+\/doctor\/#invite=[A-Za-z0-9_-]{43}&root=[0-9a-f]{64}$/);
    const [, token = ''] = /invite=([^&]+)/.exec(invited.link) ?? [];
    expect((await hospital.post('/sign-in/registration/options', { token })).status).toBe(200);
    expect(await office.ask({ type: 'withdraw', person: house })).toMatchObject({ ok: true });
    const withdrawn = await hospital.post('/sign-in/registration/options', { token });
    expect(withdrawn.body).toEqual({ code: 'invitation-refused' });
  });

  it('lists people, sessions, care teams and devices; the last administrator is not removed', async () => {
    const office = await (await hospital.person(cuddy)).listening();
    await (await hospital.person(house)).listening();
    const people = await office.askFor({ type: 'people' });
    expect(people).toMatchObject({ type: 'people', people: [{ person: cuddy }, { person: house, sessions: 1 }] });
    const sessions = await office.askFor({ type: 'sessions' });
    if (sessions.type !== 'sessions') throw new Error('expected sessions');
    expect(sessions.sessions).toHaveLength(2);
    expect(sessions.sessions.every(({ connected }) => connected)).toBe(true);
    expect(await office.askFor({ type: 'care-teams' })).toMatchObject({ patients: [{ patient: p1, team: [] }, {}] });
    expect(await office.askFor({ type: 'devices' })).toMatchObject({ type: 'devices', cards: [] });
    expect(await office.ask({ type: 'remove', person: cuddy })).toMatchObject({
      ok: false,
      code: 'last-administrator',
    });
  });
});

describe('a refusal', () => {
  it('stands in the audit log, with who asked for what', async () => {
    const ambulance = await (await hospital.person(crew)).listening();
    const history = { type: 'history', patient: p1, from: 0 } as const;
    expect(await ambulance.ask(history)).toMatchObject({ ok: false, code: 'not-permitted' });
    const rows = await hospital.store.database.selectFrom('audit_entries').select('entry').execute();
    const refused = rows.find(({ entry }) => entry.includes('"access-refused"'))?.entry ?? '';
    expect(JSON.parse(refused)).toMatchObject({
      actor: 'urn:vitalseal:ambulance:crew-1',
      patient: 'urn:vitalseal:patient:p1',
      refused: 'not-permitted',
    });
  });
});
