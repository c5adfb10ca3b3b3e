// A test hospital and the devices of one test, which end together.
import { vi } from 'vitest';
import type { Clinician, ClinicianOptions } from '../clinician.ts';
import { memoryCustody } from '../custody/memory-custody.ts';
import { signIn } from '../enrolment/sign-in.ts';
import { startClinician } from '../start-clinician.ts';
import { alarmNotice } from './messages.ts';
import { TestHospital, type TestHospitalOptions } from './test-hospital.ts';

export const doctor = { role: 'doctor', id: 'd1' } as const;

/** Waits for what must come; only a failing test waits long. */
export const until = (check: () => unknown) => vi.waitFor(check, { timeout: 8000, interval: 5 });

export class Bench {
  readonly hospital: TestHospital;
  readonly #running: Clinician[] = [];

  private constructor(hospital: TestHospital) {
    this.hospital = hospital;
  }

  static async open(options: TestHospitalOptions = {}): Promise<Bench> {
    return new Bench(await TestHospital.start(options));
  }

  async doctor(more: Partial<ClinicianOptions> = {}, custody = memoryCustody()): Promise<Clinician> {
    await signIn({ link: await this.hospital.link(doctor), role: 'doctor', custody });
    const clinician = await startClinician({
      role: 'doctor',
      hospitalUrl: this.hospital.url,
      custody,
      backoff: { firstMs: 20, longestMs: 50 },
      ...more,
    });
    this.#running.push(clinician);
    return clinician;
  }

  /** A doctor who has heard all that the hospital had. */
  async settled(more: Partial<ClinicianOptions> = {}, custody = memoryCustody()): Promise<Clinician> {
    const clinician = await this.doctor(more, custody);
    await until(() => {
      if (!clinician.ward.get().complete) throw new Error('expected a complete ward');
    });
    return clinician;
  }

  async raise(alarm: string, patient = 'p1', notice: Parameters<typeof alarmNotice>[2] = {}): Promise<void> {
    for (const channel of this.hospital.listening) {
      const envelope = await channel.envelope(alarmNotice(alarm, patient, notice), this.hospital.own);
      await channel.say({ type: 'alarm', envelope });
    }
  }

  /** What the devices confirmed, in order. */
  get receipts(): string[] {
    return this.hospital.asked.flatMap((message) =>
      message.type === 'receipt' ? [`${message.kind} ${message.alarm}`] : [],
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.map((clinician) => clinician.stop()));
    await this.hospital.stop();
  }
}
