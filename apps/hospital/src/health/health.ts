/** Whether the hospital can do its work now, for a load balancer and for a person: counts, never names. */
import type { Rollback } from '../at-rest/store-anchor.ts';
import type { Revocations } from '../authority/revocations.ts';
import type { KeyStore } from '../keys/key-store.ts';
import type { Counts } from '../store/counts.ts';
import type { Store } from '../store/open-store.ts';

export interface Health {
  readonly ok: boolean;
  readonly store: {
    readonly kind: string;
    readonly ok: boolean;
    /** It was not the newest there was when the hospital started: every device has had to shake hands anew. */
    readonly rollback: Rollback | null;
  };
  /** Whether silence and unanswered alarms are being looked for. */
  readonly watch: { readonly ok: boolean; readonly sinceLastLookMs: number };
  /**
   * Where the hospital's keys are, and how that place was when it was last asked. While it does not answer nobody new can
   * shake hands; what is open goes on, so the hospital as a whole is well.
   */
  readonly keys: {
    readonly kind: KeyStore['kind'];
    readonly ok: boolean;
    readonly waiting: number;
    readonly problem: string | null;
  };
  readonly audit: AuditHealth;
  /** UTC ms of the clinical clock. */
  readonly clock: number;
  readonly revocationList: { readonly number: number; readonly ageMs: number; readonly fresh: boolean } | null;
  readonly feeds: number;
  readonly callsWaiting: number;
  readonly onCall: { readonly doctors: number; readonly crews: number };
  readonly signIn: SignInHealth;
  /** As counted at most half a minute ago. */
  readonly counts: Counts | null;
}

/** How far a checkpoint vouches for the audit log. It is told, and keeps no load balancer away. */
export interface AuditHealth {
  /** Entries under the newest checkpoint; null before the first. */
  readonly signed: number | null;
  /** How long ago the log was last found to be wholly under a checkpoint. */
  readonly ageMs: number | null;
  /** Code of what stands in the way: `keys-unavailable`, `audit-log-damaged`. */
  readonly problem: string | null;
}

/** How people sign in, and whether anybody who has done so sees alarms. It is told, and keeps no load balancer away. */
export interface SignInHealth {
  readonly mode: 'passkeys' | 'links';
  /** Whether somebody can sign in: with passkeys the authority must have granted the right to certify staff. */
  readonly ready: boolean;
  readonly sessions: number;
  readonly locked: number;
  /** People on call whose devices show alarms (doctors) and calls (crews) now. */
  readonly seeing: { readonly doctors: number; readonly crews: number };
  /** `nobody-sees-alarms`: they escalate all the same, and wait. */
  readonly warning: 'nobody-sees-alarms' | null;
}

export interface HealthOptions {
  readonly store: Store;
  readonly rollback: Rollback | undefined;
  readonly revocations: Revocations;
  readonly keyStore: KeyStore;
  readonly audit: () => AuditHealth;
  readonly now: () => number;
  readonly sinceLastLookMs: () => number;
  readonly feeds: () => number;
  readonly callsWaiting: () => number;
  readonly onCall: () => Health['onCall'];
  readonly signIn: () => SignInHealth;
}

/** Counting a million readings takes a while: not at each question. */
const countEveryMs = 30_000;
const probeEveryMs = 5_000;
const storePatienceMs = 3_000;
/** The watch looks once a second. */
const watchPatienceMs = 15_000;

export class HealthCheck {
  readonly #options: HealthOptions;
  #counts: Counts | null = null;
  #countedAt = Number.NEGATIVE_INFINITY;
  #probedAt = Number.NEGATIVE_INFINITY;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  async check(): Promise<Health> {
    const { store, rollback, revocations, now, sinceLastLookMs, feeds, callsWaiting, onCall } = this.#options;
    const storeOk = await this.#storeAnswers();
    const sinceLook = Math.round(sinceLastLookMs());
    const watchOk = sinceLook < watchPatienceMs;
    return {
      ok: storeOk && watchOk,
      store: { kind: store.kind, ok: storeOk, rollback: rollback ?? null },
      watch: { ok: watchOk, sinceLastLookMs: sinceLook },
      keys: this.#keys(),
      audit: this.#options.audit(),
      clock: now(),
      revocationList: revocations.state() ?? null,
      feeds: feeds(),
      callsWaiting: callsWaiting(),
      onCall: onCall(),
      signIn: this.#options.signIn(),
      counts: this.#counts,
    };
  }

  /** As it was found; and looked at again for whoever asks next. */
  #keys(): Health['keys'] {
    const { kind, state } = this.#options.keyStore;
    if (performance.now() - this.#probedAt >= probeEveryMs) {
      this.#probedAt = performance.now();
      void this.#options.keyStore.probe();
    }
    const { ok, waiting, problem = null } = state;
    return { kind, ok, waiting, problem };
  }

  async #storeAnswers(): Promise<boolean> {
    const { store } = this.#options;
    const answer = (async () => {
      await store.settings.get('triage-through');
      if (Date.now() - this.#countedAt < countEveryMs) return true;
      this.#counts = await store.counts();
      this.#countedAt = Date.now();
      return true;
    })().catch(() => false);
    const patience = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => patience.resolve(false), storePatienceMs);
    try {
      return await Promise.race([answer, patience.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
