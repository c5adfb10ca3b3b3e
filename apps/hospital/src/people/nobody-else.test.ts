/** What changes in the middle of something: nobody is told what is not theirs any more, and what they were told is logged. */
import { formatIdentity, type Identity } from '@vitalseal/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHospitalKeys } from '../keys/read-hospital-keys.ts';
import { PasskeyHospital } from '../testing/passkey-hospital.ts';
import type { Heard } from '../testing/test-clinician.ts';

const house: Identity = { role: 'doctor', id: 'house' };
const cuddy: Identity = { role: 'administrator', id: 'cuddy' };
const crews: Identity[] = ['crew-1', 'crew-2', 'crew-3'].map((id) => ({ role: 'ambulance', id }));

let hospital: PasskeyHospital;
beforeEach(async () => {
  hospital = await PasskeyHospital.start();
  await hospital.admit('p1');
});
afterEach(() => hospital.remove());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const ofType =
  (type: string) =>
  ({ message }: Heard) =>
    message.type === type;

async function entries(kind: string): Promise<string[]> {
  const rows = await hospital.store.database.selectFrom('audit_entries').select('entry').execute();
  return rows.map(({ entry }) => entry).filter((entry) => entry.includes(`"kind":"${kind}"`));
}

async function alarmOf(id: string): Promise<void> {
  const patient = await hospital.patient(id);
  await patient.agree();
  await patient.send([await patient.sealReading(1, { spo2: 70 })]);
}

describe('an alarm', () => {
  it('that is being sealed, by a key that takes its time, is not sent to a device that is locked meanwhile', async () => {
    await hospital.halt();
    const keys = await readHospitalKeys(hospital.dataDir);
    let held: Promise<void> | undefined;
    const asked = Promise.withResolvers<void>();
    const { identityKey } = keys;
    const slow = {
      ...identityKey,
      sign: async (bytes: Parameters<typeof identityKey.sign>[0]) => {
        if (held !== undefined) asked.resolve();
        await held;
        return identityKey.sign(bytes);
      },
    };
    const { identity, chain, anchors, tls, keyStore } = keys;
    await hospital.serve({ keys: { identity, chain, anchors, tls, keyStore, identityKey: slow } });
    const person = await hospital.person(house);
    const device = await person.listening();
    const patient = await hospital.patient('p1');
    await patient.agree();
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    await patient.send([await patient.sealReading(1, { spo2: 70 })]);
    await asked.promise;
    await device.ask({ type: 'lock' });
    await device.until(ofType('locked'));
    resolve();
    await pause(1000);
    expect(device.heard.some(ofType('alarm'))).toBe(false);
    expect(await person.prove(device, 'unlock')).toBeUndefined();
    await device.until(ofType('alarm'));
  }, 30_000);
});

describe('a patient who is admitted while a doctor looks on', () => {
  it('is watched from then on, and the log says so', async () => {
    const device = await (await hospital.person(house)).listening();
    await hospital.admit('p-late');
    await device.until(({ message }) => message.type === 'patient' && message.patient.id === 'p-late');
    for (let times = 0; times < 50; times++) {
      if ((await entries('watch-began')).some((entry) => entry.includes('patient:p-late'))) break;
      await pause(50);
    }
    const watched = (await entries('watch-began')).filter((entry) => entry.includes('patient:p-late'));
    expect(watched).toHaveLength(1);
    expect(watched[0]).toContain(formatIdentity(house));
  });
});

describe('a call', () => {
  it('that another crew takes is told to those who were offered it, once, and to nobody else', async () => {
    const [first, second] = await Promise.all(
      crews.slice(0, 2).map(async (crew) => (await hospital.person(crew)).listening()),
    );
    const [, , third = house] = crews;
    const off = await (await hospital.person(third, { onCall: false })).listening();
    if (first === undefined || second === undefined) throw new Error('expected two crews');
    await alarmOf('p1');
    const { message } = await first.until(ofType('dispatch'), { timeoutMs: 20_000 });
    if (message.type !== 'dispatch') throw new Error('expected a call');
    await second.until(ofType('dispatch'));
    for (const state of ['accepted', 'en-route', 'on-scene'] as const) {
      expect(await first.ask({ type: 'dispatch-state', dispatch: message.dispatch, state })).toMatchObject({
        ok: true,
      });
    }
    await second.until((heard) => heard.message.type === 'dispatch' && heard.message.state === 'closed');
    await pause(500);
    const told = second.heard.filter((heard) => heard.message.type === 'dispatch' && heard.message.state === 'closed');
    expect(told).toHaveLength(1);
    expect(off.heard.filter(ofType('dispatch'))).toEqual([]);
  }, 60_000);
});

describe('a crew', () => {
  it('whose call is closed learns nothing newer of the patient, however often it closes it', async () => {
    const [crew = house] = crews;
    const device = await (await hospital.person(crew)).listening();
    const patient = await hospital.patient('p1');
    await patient.agree();
    await patient.send([await patient.sealReading(1, { spo2: 70 })]);
    const { message } = await device.until(ofType('dispatch'));
    if (message.type !== 'dispatch') throw new Error('expected a call');
    const { dispatch } = message;
    for (const state of ['accepted', 'closed'] as const) {
      expect(await device.ask({ type: 'dispatch-state', dispatch, state })).toMatchObject({ ok: true });
    }
    await patient.send([await patient.sealReading(2, { spo2: 69 })]);
    const before = device.heard.length;
    for (const again of [1, 2]) {
      expect(await device.ask({ type: 'dispatch-state', dispatch, state: 'closed' }), String(again)).toBeDefined();
    }
    await pause(500);
    const newer = device.heard.slice(before).filter(ofType('dispatch'));
    expect(newer.flatMap((heard) => (heard.message.type === 'dispatch' ? heard.message.readings : []))).toEqual([]);
    expect(newer).toEqual([]);
    const closed = device.heard.find((heard) => heard.message.type === 'dispatch' && heard.message.state === 'closed');
    expect(closed?.message).toMatchObject({ readings: [] });
    expect(closed?.message).not.toHaveProperty('news2');
  });
});

describe('a person with three devices', () => {
  it('is told on each of them: a device that comes silences none of the others', async () => {
    const person = await hospital.person(house);
    const devices = [await person.listening(), await person.listening(), await person.listening()];
    await alarmOf('p1');
    for (const device of devices) await device.until(ofType('alarm'));
  });
});

describe('the office', () => {
  it('has stand in the log that it read lists of patients', async () => {
    const office = await (await hospital.person(cuddy)).listening();
    for (const type of ['care-teams', 'devices'] as const) await office.askFor({ type });
    await office.askFor({ type: 'emergencies', from: 0 });
    const read = (await entries('list-read')).map((entry) => JSON.parse(entry));
    expect(read.map(({ what }) => what.list)).toEqual(['care-teams', 'devices', 'emergencies']);
    expect(read.every(({ actor }) => actor === formatIdentity(cuddy))).toBe(true);
  });

  it('is locked although its page asks for its lists again and again', async () => {
    await hospital.remove();
    hospital = await PasskeyHospital.start({ signIn: { idleMs: 2000 } });
    const office = await (await hospital.person(cuddy)).listening();
    const isLocked = () => office.heard.some(ofType('locked'));
    for (let times = 0; times < 100 && !isLocked(); times++) {
      await office.askFor({ type: 'sessions' }).catch((error: unknown) => {
        if (!isLocked()) throw error;
      });
      await pause(100);
    }
    expect(isLocked()).toBe(true);
  });
});
