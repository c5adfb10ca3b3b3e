// The patient's last day as the screens show it: read from the card after the PIN, kept up with what the card reports, and
// forgotten when the PIN is wanted again.

import { formatIdentity, type Origin, type Reading, sourceOf } from '@vitalseal/protocol';
import type { DiaryReading, MhaClient, Report } from '@vitalseal/secure-element/terminal';
import type { ReadingSource, ShownReading, Whereabouts } from './phone-state.ts';
import { isCallForHelp, saysSomethingElse } from './said.ts';

const dayMs = 24 * 3_600_000;

export class Diary {
  readonly #readings = new Map<string, ShownReading>();
  #next = 0;
  #shown: readonly ShownReading[] = [];
  #changed = false;
  /** A call for help that waits in the card. */
  pendingCall: { readonly key: string; readonly since: number } | undefined;

  /** Oldest first; the same array as before while nothing has changed. */
  get readings(): readonly ShownReading[] {
    if (this.#changed) {
      this.#changed = false;
      const from = Date.now() - dayMs;
      this.#shown = [...this.#readings.values()]
        .filter(({ measuredAt }) => measuredAt >= from)
        .sort((a, b) => a.measuredAt - b.measuredAt);
    }
    return this.#shown;
  }

  /** What the card has taken since it was last read. */
  async read(mha: MhaClient): Promise<void> {
    for (;;) {
      const { readings, next } = await mha.readDiary(this.#next);
      for (const entry of readings) this.#take(entry);
      const last = readings.at(-1);
      if (last) this.#next = last.number + 1;
      if (next === undefined) return;
      this.#next = next;
    }
  }

  /** @returns whether it was of a reading that is shown */
  heed(report: Report): boolean {
    if (report.kind === 'confirmed') {
      return this.#place(report.confirmation.origin, { place: 'hospital', confirmedAt: Date.now() });
    }
    if (report.kind === 'refused') {
      return this.#place(report.refusal.origin, { place: 'refused', code: report.refusal.code });
    }
    return false;
  }

  forget(): void {
    this.#readings.clear();
    this.#next = 0;
    this.pendingCall = undefined;
    this.#changed = true;
  }

  #take({ reading, late, place, at = 0, code = 'refused' }: DiaryReading): void {
    const key = keyOf(reading.origin);
    if (isCallForHelp(reading) && place === 'phone') this.pendingCall = { key, since: reading.measuredAt.utcMs };
    if (saysSomethingElse(reading)) return;
    const where: Whereabouts =
      place === 'hospital'
        ? { place, confirmedAt: at }
        : place === 'refused'
          ? { place, code }
          : place === 'kept'
            ? { place: 'refused', code: 'not-shared' }
            : { place };
    const { measurements, measuredAt } = reading;
    this.#readings.set(key, {
      key,
      measuredAt: measuredAt.utcMs,
      measurements,
      source: sourceShown(reading),
      where,
      late,
    });
    this.#changed = true;
  }

  #place(origin: Origin, where: Whereabouts): boolean {
    const reading = this.#readings.get(keyOf(origin));
    if (!reading) return false;
    this.#readings.set(reading.key, { ...reading, where });
    this.#changed = true;
    return true;
  }
}

function sourceShown(reading: Reading): ReadingSource {
  const kind = sourceOf(reading);
  if (kind === 'entered') return { kind };
  if (kind === 'standard-sensor') return { kind, sensor: reading.unsealed?.device ?? '' };
  return { kind, sensor: reading.origin.source.id };
}

export function keyOf({ source, channel, sequence }: Origin): string {
  return `${formatIdentity(source)} ${[...channel].map((octet) => octet.toString(16).padStart(2, '0')).join('')} ${sequence}`;
}
