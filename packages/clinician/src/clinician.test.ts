import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Clinician, ClinicianOptions, OpenedAlarm } from './clinician.ts';
import { memoryCustody } from './custody/memory-custody.ts';
import { signIn } from './enrolment/sign-in.ts';
import { startClinician } from './start-clinician.ts';
import { alarmNotice, liveReading, patientSummary } from './test-hospital/messages.ts';
import { TestHospital, type TestHospitalOptions, welcome } from './test-hospital/test-hospital.ts';

const doctor = { role: 'doctor', id: 'd1' } as const;
const ward: TestHospitalOptions = {
  onSubscribe: () => [welcome(), patientSummary('p1'), { type: 'complete', at: Date.now() }],
};

let hospital: TestHospital;
const running: Clinician[] = [];

async function start(options: TestHospitalOptions = ward): Promise<void> {
  hospital = await TestHospital.start(options);
}

async function aDoctor(more: Partial<ClinicianOptions> = {}): Promise<Clinician> {
  const custody = memoryCustody();
  await signIn({ link: await hospital.link(doctor), role: 'doctor', custody });
  const clinician = await startClinician({
    role: 'doctor',
    hospitalUrl: hospital.url,
    custody,
    backoff: { firstMs: 20, longestMs: 50 },
    ...more,
  });
  running.push(clinician);
  return clinician;
}

async function raise(alarm: string, patient = 'p1'): Promise<void> {
  for (const channel of hospital.listening) {
    const envelope = await channel.envelope(alarmNotice(alarm, patient), hospital.own);
    await channel.say({ type: 'alarm', envelope });
  }
}

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 5000, interval: 5 });
const complete = (clinician: Clinician) => until(() => expect(clinician.ward.get().complete).toBe(true));
const receipts = () => hospital.asked.filter((message) => message.type === 'receipt').map(({ kind }) => kind);

afterEach(async () => {
  await Promise.all(running.splice(0).map((clinician) => clinician.stop()));
  await hospital.stop();
});

describe('a doctor whose hospital answers', () => {
  beforeEach(() => start());

  test('knows the ward, and says live only once it was heard', async () => {
    const clinician = await aDoctor();
    expect(clinician.ward.get().link.kind).toBe('connecting');
    await complete(clinician);
    const { link, patients, hospital: name } = clinician.ward.get();
    expect(link.kind).toBe('live');
    expect([...patients.keys()]).toEqual(['p1']);
    expect(name).toBe('St Example');
  });

  test('sees a reading by vital, with the time at which it was measured', async () => {
    const clinician = await aDoctor();
    await complete(clinician);
    await hospital.say(liveReading('p1', 1000, { pulse: 118, temperature: 38.4 }));
    await until(() => expect(clinician.counts().readings).toBe(1));
    const series = clinician.ward.get().patients.get('p1')?.series;
    expect(series?.get('pulse')?.last).toEqual({ at: 1000, value: 118 });
    expect(series?.get('temperature')?.last).toEqual({ at: 1000, value: 38.4 });
  });

  test("opens an alarm, then tells the hospital 'received' and 'opened', each once", async () => {
    const alarms: OpenedAlarm[] = [];
    const clinician = await aDoctor({ onAlarm: (alarm) => void alarms.push(alarm) });
    await complete(clinician);
    await raise('a1');
    await raise('a1');
    await until(() => expect(clinician.counts()).toMatchObject({ received: 1, opened: 1, unusable: 0 }));
    expect(receipts()).toEqual(['received', 'opened']);
    expect(alarms.map(({ notice }) => notice.alarm)).toEqual(['a1']);
    expect(clinician.ward.get().alarms.get('a1')).toMatchObject({ patient: 'p1', state: 'notified', priority: 'high' });
  });

  test("where a person opens, 'opened' waits for that person", async () => {
    const clinician = await aDoctor({ opens: 'person' });
    await complete(clinician);
    await raise('a1');
    await until(() => expect(receipts()).toEqual(['received']));
    clinician.markOpened('a1');
    clinician.markOpened('a1');
    await until(() => expect(receipts()).toEqual(['received', 'opened']));
  });

  test("shows who acknowledged and when by the hospital's word, not by its own", async () => {
    const clinician = await aDoctor();
    await complete(clinician);
    await raise('a1');
    await until(() => expect(clinician.counts().received).toBe(1));
    await clinician.acknowledge('a1');
    expect(clinician.ward.get().alarms.get('a1')?.acknowledged).toBeUndefined();
    const patient = { role: 'patient', id: 'p1' } as const;
    await hospital.say({ type: 'alarm-state', alarm: 'a1', patient, state: 'acknowledged', by: doctor, at: 77 });
    await until(() =>
      expect(clinician.ward.get().alarms.get('a1')).toMatchObject({ acknowledged: { by: doctor, at: 77 } }),
    );
  });

  test('an alarm that another certified party signed is counted, not shown', async () => {
    const clinician = await aDoctor();
    await complete(clinician);
    const forger = await hospital.certify({ role: 'doctor', id: 'd2' });
    const [channel] = hospital.listening;
    const envelope = await channel?.envelope(alarmNotice('forged', 'p1'), forger);
    if (envelope) await channel?.say({ type: 'alarm', envelope });
    await until(() => expect(clinician.ward.get().unusable).toMatchObject({ count: 1, lastCode: 'alarm-not-opened' }));
    expect(clinician.ward.get().alarms.size).toBe(0);
  });

  test('a record that does not open is counted, and those behind it still arrive', async () => {
    const clinician = await aDoctor();
    await complete(clinician);
    const [channel] = hospital.listening;
    const record = await channel?.seal(liveReading('p1', 1000, { pulse: 60 }));
    const tampered = record?.map((byte, i) => (i === (record.length ?? 0) - 1 ? byte ^ 1 : byte));
    if (tampered) channel?.sendRaw(tampered);
    await hospital.say(liveReading('p1', 2000, { pulse: 61 }));
    await until(() => expect(clinician.counts()).toMatchObject({ readings: 1, unusable: 1 }));
    expect(clinician.ward.get().unusable.lastCode).toBe('record-not-opened');
  });

  test('a record that was heard before is counted and changes nothing', async () => {
    const clinician = await aDoctor();
    await complete(clinician);
    const [channel] = hospital.listening;
    const record = await channel?.seal(liveReading('p1', 1000, { pulse: 60 }));
    if (record) for (let i = 0; i < 3; i += 1) channel?.sendRaw(record);
    await until(() => expect(clinician.counts()).toMatchObject({ readings: 1, unusable: 2 }));
    expect(clinician.ward.get().unusable.lastCode).toBe('record-replayed');
  });
});
