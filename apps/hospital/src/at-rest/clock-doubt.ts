/**
 * What removes for good does not believe a clock that has jumped. The store has when it was last looked at; where much more time has
 * passed since by the clock, the hospital was off, or the clock is wrong, and nobody can tell but people. So it waits for a day of
 * serving, in which the clock is set right or somebody says that it is.
 */
import type { Store } from '../store/open-store.ts';

const dayMs = 86_400_000;
/** A weekend without a look is nothing. */
const believedMs = 3 * dayMs;
const waitMs = dayMs;
const setting = 'retention-looked';

export interface ClockNow {
  /** UTC ms, the machine's own clock. */
  readonly now: number;
  /** Monotonic ms for which it has been asked in this process; 0 for a command. */
  readonly servedMs: number;
}

/** @returns whether the clock is believed; then it is what the next look is compared with */
export async function believesClock(store: Store, { now, servedMs }: ClockNow): Promise<boolean> {
  const text = await store.settings.get(setting);
  const looked = text === undefined ? undefined : Number(text);
  // Where it went back there is less to remove than before.
  if (looked !== undefined && now - looked > believedMs && servedMs < waitMs) return false;
  await store.settings.set(setting, String(now));
  return true;
}

/** Somebody who knows says that it is right. */
export async function believeClock(store: Store, now: number): Promise<void> {
  await store.settings.set(setting, String(now));
}
