// Reports wait here for the phone, which fetches them when it likes. Bounded: of a phone that does not fetch, the oldest
// are counted and forgotten. What was handed out stays until the phone asks for what comes after it, so that an answer
// lost on the way is told again.

import type { Report } from './report.ts';

export interface HandedOut {
  readonly reports: readonly Report[];
  /** To be named when asking for what comes after them. */
  readonly next: number;
}

interface Entry {
  readonly number: number;
  readonly report: Report;
}

/** What one answer holds, whatever the reports are of. */
export const mostHandedOut = 256;

export class ReportQueue {
  readonly #capacity: number;
  #entries: Entry[] = [];
  #next = 0;

  constructor(capacity = 4096) {
    this.#capacity = Math.max(2, capacity);
  }

  add(report: Report): void {
    // How the carrying goes, and what the hospital proved, is news only as it is now.
    if (report.kind === 'state' || report.kind === 'hospital') {
      this.#entries = this.#entries.filter((entry) => entry.report.kind !== report.kind);
    }
    if (this.#entries.length >= this.#capacity) this.#shed();
    this.#entries.push({ number: this.#next, report });
    this.#next += 1;
  }

  /** @param from what the phone has already heard is before this number; left out, it has heard nothing */
  handOut(from = 0): HandedOut {
    // A number that was never given is that of another card, or of this one before it lost power.
    if (from <= this.#next) this.#entries = this.#entries.filter(({ number }) => number >= from);
    const reports = this.#entries.slice(0, mostHandedOut);
    return { reports: reports.map(({ report }) => report), next: (reports.at(-1)?.number ?? this.#next - 1) + 1 };
  }

  clear(): void {
    this.#entries = [];
    this.#next = 0;
  }

  #shed(): void {
    const [oldest, second] = this.#entries.splice(0, 2);
    if (!oldest || !second) return;
    const reports = weightOf(oldest.report) + weightOf(second.report);
    this.#entries.unshift({ number: second.number, report: { kind: 'lost', reports } });
  }
}

function weightOf(report: Report): number {
  return report.kind === 'lost' ? report.reports : 1;
}
