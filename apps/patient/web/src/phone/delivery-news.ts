// What became of the readings, as the card tells it, in the state that screens show.

import type { Origin } from '@vitalseal/protocol';
import type { MhaClient, Report } from '@vitalseal/secure-element/terminal';
import { Diary, keyOf } from './diary.ts';
import type { Delivery, PhoneState } from './phone-state.ts';
import type { Told } from './told.ts';

export class DeliveryNews {
  readonly #state: Told<PhoneState>;
  readonly #diary = new Diary();
  #release: string | undefined;
  #call: { readonly key: string; readonly since: number } | undefined;
  #fetching: Promise<void> | undefined;

  constructor(state: Told<PhoneState>) {
    this.#state = state;
  }

  /** One fetch at a time: what comes meanwhile is in the next. */
  fetch(mha: MhaClient): Promise<void> {
    const fetching = (this.#fetching ?? Promise.resolve()).catch(() => {}).then(() => this.#fetch(mha));
    this.#fetching = fetching;
    return fetching;
  }

  async #fetch(mha: MhaClient): Promise<void> {
    // First what there is, then what became of it.
    await this.#diary.read(mha);
    this.#recall();
    const reports = await mha.takeReports();
    for (const report of reports) this.#take(report);
    // A page that was asleep for long: what it was not told stands in the card.
    if (reports.some(({ kind }) => kind === 'lost')) {
      this.#diary.forget();
      await this.#diary.read(mha);
    }
    const { patient, hospital, counts, waiting, putBack } = await mha.display();
    const consent = await mha.consent();
    const before = this.#state.value;
    this.#state.replace({
      patient,
      hospital: hospital.id === undefined ? undefined : { id: hospital.id, release: this.#release },
      hospitalHeardAt: counts.lastAcknowledgedAt || undefined,
      waiting: { readings: waiting.readings, oldestMeasuredAt: waiting.oldestMeasuredAt, room: waiting.capacityLeft },
      readings: this.#diary.readings,
      consent:
        before.consent.readings === consent.readings && before.consent.location === consent.location
          ? before.consent
          : consent,
      putBack: before.putBack?.until === putBack?.until ? before.putBack : putBack,
    });
  }

  /** The card has it; the hospital does not yet. */
  called(origin: Origin, since: number): void {
    this.#call = { key: keyOf(origin), since };
    this.#state.replace({ emergency: { state: 'unconfirmed', since } });
  }

  /** The PIN is wanted again. */
  forget(): void {
    this.#diary.forget();
    this.#call = undefined;
  }

  /** A call from before this page was opened. */
  #recall(): void {
    const { pendingCall } = this.#diary;
    if (!pendingCall || this.#call || this.#state.value.emergency.state !== 'none') return;
    this.#call = pendingCall;
    this.#state.replace({ emergency: { state: 'unconfirmed', since: pendingCall.since } });
  }

  #take(report: Report): void {
    this.#diary.heed(report);
    if (report.kind === 'confirmed' && keyOf(report.confirmation.origin) === this.#call?.key) {
      this.#call = undefined;
      this.#diary.pendingCall = undefined;
      this.#state.replace({ emergency: { state: 'confirmed', at: Date.now() } });
    } else if (report.kind === 'hospital') {
      this.#release = report.release.kind === 'proved' ? report.release.version : undefined;
    } else if (report.kind === 'state') {
      this.#state.replace({ delivery: this.#delivery(report.state) });
    }
  }

  #delivery(said: Extract<Report, { kind: 'state' }>['state']): Delivery {
    if (said.state !== 'waiting') return said;
    const { delivery } = this.#state.value;
    const now = Date.now();
    const since = delivery.state === 'waiting' ? delivery.since : now;
    return { state: 'waiting', code: said.code, since, retryAt: now + said.forMs };
  }
}
