/**
 * Refusals of strangers in the audit log: so many a minute one by one, the others as a number. What only ever grows must
 * not grow at the will of whoever sends bytes.
 */
import type { AuditAct } from '@vitalseal/audit';
import type { AuditTrail } from '../audit/audit-trail.ts';

export interface RefusalsToldOptions {
  readonly audit: Pick<AuditTrail, 'record'>;
  /** UTC ms. */
  readonly now: () => number;
  readonly perMinute?: number;
}

const minuteMs = 60_000;

export class RefusalsTold {
  readonly #options: RefusalsToldOptions;
  #since = Number.NEGATIVE_INFINITY;
  #told = 0;
  #others = 0;

  constructor(options: RefusalsToldOptions) {
    this.#options = options;
  }

  async tell(act: AuditAct): Promise<void> {
    const { audit, now, perMinute = 60 } = this.#options;
    const acts: AuditAct[] = [];
    if (now() - this.#since >= minuteMs) {
      if (this.#others > 0) acts.push({ ...act, refused: 'rate-limited', what: { others: this.#others } });
      this.#since = now();
      this.#told = 0;
      this.#others = 0;
    }
    if (this.#told < perMinute) {
      this.#told += 1;
      acts.push(act);
    } else this.#others += 1;
    if (acts.length > 0) await audit.record(...acts);
  }
}
