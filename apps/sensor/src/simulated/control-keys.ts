// The simulated patient under the keys of a terminal.

import type { Condition } from './physiology.ts';

export interface Keyboard {
  readonly isTTY?: boolean;
  setRawMode?(on: boolean): unknown;
  on(event: 'data', listener: (typed: Buffer) => void): unknown;
  off(event: 'data', listener: (typed: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

const step = 0.1;
const interrupt = '\u0003';
const keys: Readonly<Record<string, (now: Condition) => Partial<Condition>>> = {
  r: () => ({ activity: 'rest' }),
  w: () => ({ activity: 'walk' }),
  '+': ({ deterioration }) => ({ deterioration: Math.min(1, deterioration + step) }),
  '-': ({ deterioration }) => ({ deterioration: Math.max(0, deterioration - step) }),
  o: ({ oxygen }) => ({ oxygen: !oxygen }),
};

export const keysHelp = 'keys: r rest, w walk, + worse, - better, o oxygen on or off, q quit';

/** @returns how to stop; nothing happens without a terminal */
export function controlByKeys(
  keyboard: Keyboard,
  {
    condition,
    change,
    quit,
  }: {
    readonly condition: () => Condition;
    readonly change: (change: Partial<Condition>) => void;
    readonly quit: () => void;
  },
): () => void {
  if (!keyboard.isTTY) return () => {};
  const typed = (bytes: Buffer) => {
    for (const key of bytes.toString('latin1')) {
      if (key === 'q' || key === interrupt) return quit();
      const meant = keys[key]?.(condition());
      if (meant) change(meant);
    }
  };
  keyboard.setRawMode?.(true);
  keyboard.on('data', typed);
  keyboard.resume();
  return () => {
    keyboard.off('data', typed);
    keyboard.setRawMode?.(false);
    keyboard.pause();
  };
}

export function conditionText({ activity, deterioration, oxygen }: Condition): string {
  return `the simulated patient: ${activity}, ${Math.round(deterioration * 100)} % deteriorated, ${oxygen ? 'on oxygen' : 'on air'}`;
}
