/** Figures for the people who run the hospital (Prometheus). No label names a person, a device or a channel. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Outcome } from '../intake/arrival.ts';

export interface Gauges {
  readonly patients: () => number;
  readonly feeds: () => number;
  readonly halfOpen: () => number;
  readonly callsWaiting: () => number;
  readonly revocationListAgeSeconds: () => number;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #readings: Counter<'outcome'>;
  readonly #refused: Counter<'code'>;
  readonly #alarms: Counter<'priority'>;
  readonly #failures: Counter;
  readonly #clocksOff: Counter;
  readonly #phonesPutBack: Counter;
  readonly #commit: Histogram;

  constructor(gauges: Gauges) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
      new Counter({ name, help, labelNames, registers });
    this.#readings = counter('vitalseal_readings_total', 'Readings answered, by outcome', ['outcome']);
    this.#refused = counter('vitalseal_records_refused_total', 'Records refused, by code', ['code']);
    this.#alarms = counter('vitalseal_alarms_raised_total', 'Alarms raised, by priority', ['priority']);
    this.#failures = new Counter({ name: 'vitalseal_store_failures_total', help: 'Commits that failed', registers });
    this.#clocksOff = new Counter({
      name: 'vitalseal_readings_clock_off_total',
      help: 'Readings stored of phones whose clock is more than a minute off',
      registers,
    });
    this.#phonesPutBack = new Counter({
      name: 'vitalseal_phones_put_back_total',
      help: 'Phones that were put back from an older copy, whose readings since may be missing',
      registers,
    });
    this.#commit = new Histogram({
      name: 'vitalseal_commit_seconds',
      help: 'Time of one durable commit of readings',
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
      registers,
    });
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    gauge('vitalseal_patients', 'Patients under care', gauges.patients);
    gauge('vitalseal_live_feeds', 'Clinicians who look on', gauges.feeds);
    gauge('vitalseal_half_open_handshakes', 'Handshakes under way', gauges.halfOpen);
    gauge('vitalseal_calls_waiting', 'Calls that no ambulance crew has taken', gauges.callsWaiting);
    gauge('vitalseal_revocation_list_age_seconds', 'Age of the revocation list', gauges.revocationListAgeSeconds);
  }

  committed(seconds: number, groups: readonly (readonly Outcome[])[]): void {
    this.#commit.observe(seconds);
    let stored = 0;
    let duplicates = 0;
    for (const outcomes of groups) {
      for (const result of outcomes) {
        if ('code' in result) this.refused(result.code, 1);
        else if (result.outcome === 'stored') stored += 1;
        else duplicates += 1;
      }
    }
    if (stored > 0) this.#readings.inc({ outcome: 'stored' }, stored);
    if (duplicates > 0) this.#readings.inc({ outcome: 'duplicate' }, duplicates);
  }

  commitFailed(): void {
    this.#failures.inc();
  }

  clocksOff(readings: number): void {
    this.#clocksOff.inc(readings);
  }

  phonesPutBack(phones: number): void {
    this.#phonesPutBack.inc(phones);
  }

  refused(code: string, count: number): void {
    this.#refused.inc({ code }, count);
  }

  alarmRaised(priority: string): void {
    this.#alarms.inc({ priority });
  }

  async exposition(): Promise<{ type: string; text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}
