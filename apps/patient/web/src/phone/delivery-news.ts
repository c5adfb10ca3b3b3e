// What became of the readings, as the card tells it, in the state that screens show.

import { formatIdentity, type Measurement, type Origin } from '@vitalseal/protocol';
import type { MhaClient, Report } from '@vitalseal/secure-element/terminal';
import type { Delivery, PhoneState, ShownReading, Whereabouts } from './phone-state.ts';
import type { Told } from './told.ts';

export class DeliveryNews {
  readonly #state: Told<PhoneState>;
  readonly #readings = new Map<string, ShownReading>();
  #release: string | undefined;

  constructor(state: Told<PhoneState>) {
    this.#state = state;
  }

  async fetch(mha: MhaClient): Promise<void> {
    for (const report of await mha.takeReports()) this.#take(report);
    const { patient, hospital, counts, waiting } = await mha.display();
    this.#state.replace({
      patient,
      hospital: hospital.id === undefined ? undefined : { id: hospital.id, release: this.#release },
      hospitalHeardAt: counts.lastAcknowledgedAt || undefined,
      waiting: {
        readings: waiting.readings,
        oldestMeasuredAt: waiting.oldestMeasuredAt,
        room: waiting.capacityLeft,
      },
      readings: [...this.#readings.values()],
    });
  }

  entered(origin: Origin, measuredAt: number, measurements: readonly Measurement[]): void {
    const key = keyOf(origin);
    const reading = { key, measuredAt, measurements, source: { kind: 'entered' }, where: { place: 'phone' } } as const;
    this.#readings.set(key, { ...reading, late: false });
    this.#state.replace({ readings: [...this.#readings.values()] });
  }

  /** The PIN is wanted again. */
  forget(): void {
    this.#readings.clear();
  }

  #take(report: Report): void {
    if (report.kind === 'confirmed')
      this.#place(report.confirmation.origin, { place: 'hospital', confirmedAt: Date.now() });
    else if (report.kind === 'refused')
      this.#place(report.refusal.origin, { place: 'refused', code: report.refusal.code });
    else if (report.kind === 'state') this.#state.replace({ delivery: this.#delivery(report.state) });
  }

  #place(origin: Origin, where: Whereabouts): void {
    const reading = this.#readings.get(keyOf(origin));
    if (reading) this.#readings.set(reading.key, { ...reading, where });
  }

  #delivery(said: Extract<Report, { kind: 'state' }>['state']): Delivery {
    if (said.state !== 'waiting') return said;
    const { delivery } = this.#state.value;
    const now = Date.now();
    const since = delivery.state === 'waiting' ? delivery.since : now;
    return { state: 'waiting', code: said.code, since, retryAt: now + said.forMs };
  }
}

export function keyOf({ source, channel, sequence }: Origin): string {
  return `${formatIdentity(source)} ${[...channel].join('.')} ${sequence}`;
}
