// A headless run is over when its recordings are played, the phones' outboxes are empty and every alarm is opened. What is
// watched for is standstill, never slowness: a machine may take as long as it needs as long as something moves.
import { setTimeout as wait } from 'node:timers/promises';
import { DemoError } from '../errors.ts';
import type { Bed } from '../scenario/bed.ts';
import { progressInWords, type RunProgress, whatMoves } from './run-progress.ts';
import { waitingFor } from './waiting-for.ts';

export interface UntilRestOptions {
  readonly look: () => Promise<RunProgress>;
  readonly beds: readonly Bed[];
  readonly stallAfterMs: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Rest {
  readonly progress: RunProgress;
  /** The run stood still with something still to come. */
  readonly stalled?: DemoError;
}

/** While the recordings play, the cards have better to do than to say how they are; in ms. */
const lookEvery = { playing: 2_500, played: 500 };
const sayEvery = 5_000;

export async function untilRest({ look, beds, stallAfterMs, say, signal }: UntilRestOptions): Promise<Rest> {
  let last = '';
  let movedAt = Date.now();
  let saidAt = Date.now();
  for (;;) {
    const progress = await look();
    const waiting = waitingFor(progress, beds);
    const moves = whatMoves(progress);
    const isSame = moves === last;
    last = moves;
    const now = Date.now();
    if (!isSame || waiting.length === 0) movedAt = now;
    if (progress.isPlayed && waiting.length === 0 && isSame) {
      say(progressInWords(progress));
      return { progress };
    }
    if (now - movedAt >= stallAfterMs) {
      say(progressInWords(progress));
      return { progress, stalled: stalled(now - movedAt, waiting) };
    }
    if (now - saidAt >= sayEvery) {
      saidAt = now;
      say(progressInWords(progress));
      if (progress.isPlayed || now - movedAt >= sayEvery) say(`waiting for ${waiting.join('; ') || 'nothing more'}`);
    }
    await wait(progress.isPlayed ? lookEvery.played : lookEvery.playing, undefined, { signal });
  }
}

function stalled(forMs: number, waiting: readonly string[]): DemoError {
  const seconds = Math.round(forMs / 1000);
  return new DemoError('demo-stalled', `nothing has moved for ${seconds} s, still waiting for ${waiting.join('; ')}`);
}
