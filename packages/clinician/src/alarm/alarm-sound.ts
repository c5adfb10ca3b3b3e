// The auditory alarm signals in the spirit of IEC 60601-1-8, table 3 and annex: bursts of ten, three or one pulses by
// priority, each pulse a fundamental with four harmonics so that its direction can be heard. Pure: what sounds when;
// playing is the part of alarm-player.ts.
import type { AlarmPriority } from '@vitalseal/protocol';

export interface Pulse {
  /** Seconds from the burst's start. */
  readonly at: number;
  readonly duration: number;
  /** Hz of the fundamental, 150 to 1000. */
  readonly pitch: number;
}

export interface Burst {
  readonly pulses: readonly Pulse[];
  /** Seconds from the end of one burst to the start of the next. */
  readonly pause: number;
  /** Relative to full scale: high is never softer than medium, medium never than low. */
  readonly level: number;
}

// The general melodies of the standard's table F.1: c c c - c c for high, c c c for medium, e c for low.
const c4 = 261.63;
const e4 = 329.63;

export const bursts: Record<AlarmPriority, Burst> = {
  high: { pulses: [...group(0, 0.15), ...group(2.05, 0.15)], pause: 5, level: 0.5 },
  medium: {
    pulses: [0, 0.4, 0.8].map((at) => ({ at, duration: 0.2, pitch: c4 })),
    pause: 12,
    level: 0.35,
  },
  low: {
    pulses: [
      { at: 0, duration: 0.2, pitch: e4 },
      { at: 0.4, duration: 0.2, pitch: c4 },
    ],
    pause: 30,
    level: 0.25,
  },
};

/** Five pulses: three, a breath, two. */
function group(start: number, duration: number): Pulse[] {
  return [0, 0.25, 0.5, 0.95, 1.2].map((at) => ({ at: start + at, duration, pitch: c4 }));
}

export function burstSeconds(burst: Burst): number {
  const last = burst.pulses.at(-1);
  return last === undefined ? 0 : last.at + last.duration;
}
