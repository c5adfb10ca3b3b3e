/** The log's side: when the hospital starts and stops, and a checkpoint a minute while something comes. */
import { systemActor } from '../audit/acts.ts';
import { LogKeeper } from '../audit/log-keeper.ts';
import type { AuditHealth } from '../health/health.ts';
import { codeOf } from '../refusal.ts';
import type { Closers } from './closers.ts';
import type { HospitalCore } from './core.ts';

/** What came after the last checkpoint nobody vouches for yet: this bounds it. */
const checkpointEveryMs = 60_000;

export interface AuditSide {
  readonly keeper: LogKeeper;
  readonly state: AuditHealth;
  /** The hospital is there for everybody. */
  started(): Promise<void>;
}

export function auditSide(
  { store, keys, logger, onProblem }: HospitalCore,
  dataDir: string,
  closers: Closers,
): AuditSide {
  const keeper = new LogKeeper({
    store,
    dataDir: dataDir === '' ? undefined : dataDir,
    key: () => keys.keyStore.auditKey,
    onDamaged: (entries) => logger.error({ entries }, 'entries of the audit log were altered in the database'),
  });
  let signed: { readonly size: number; readonly at: number } | undefined;
  let problem: string | null = null;
  const sign = async () => {
    try {
      const { size } = await keeper.sign();
      signed = { size, at: Date.now() };
      problem = null;
    } catch (error) {
      problem = codeOf(error) ?? 'unknown';
      throw error;
    }
  };
  const timer = setInterval(() => void sign().catch(onProblem), checkpointEveryMs);
  timer.unref();
  let isStarted = false;
  closers.add(async () => {
    clearInterval(timer);
    await store.audit.idle();
    if (!isStarted) return;
    await store.audit.record({ kind: 'hospital-stopped', actor: systemActor });
    await sign();
  });
  return {
    keeper,
    get state() {
      const ageMs = signed === undefined ? null : Date.now() - signed.at;
      return { signed: signed?.size ?? null, ageMs, problem };
    },
    started: async () => {
      await store.audit.record({ kind: 'hospital-started', actor: systemActor, what: { keys: keys.keyStore.kind } });
      isStarted = true;
      // A key that is slow, or away, is no reason not to serve.
      void sign().catch(onProblem);
    },
  };
}
