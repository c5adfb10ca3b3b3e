// Kills the hospital and the phones in the middle of a run, as a power cut would: no warning, no last words.
import { setTimeout as wait } from 'node:timers/promises';
import type { Supervised } from '../process/supervised.ts';

export interface InterruptionOptions {
  readonly times: number;
  /** Over how long they are spread, in ms. */
  readonly withinMs: number;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onKill: (name: string) => void;
}

/** Kills the processes in turn at random moments; resolves when it is through. */
export async function interrupt(processes: readonly Supervised[], options: InterruptionOptions): Promise<void> {
  const { times, withinMs, random, signal, onKill } = options;
  for (let n = 0; n < times && !signal.aborted; n++) {
    await wait((withinMs / times) * (0.5 + random() / 2), undefined, { signal }).catch(() => {});
    const victim = processes[n % processes.length];
    if (signal.aborted || victim === undefined) return;
    victim.kill('SIGKILL');
    onKill(victim.name);
  }
}

/** A generator with a seed (mulberry32), so that a run can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
