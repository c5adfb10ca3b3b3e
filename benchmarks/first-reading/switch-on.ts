// A sensor is switched on: its process starts, and ends when its first reading has arrived.
import { setTimeout as pause } from 'node:timers/promises';
import { startChild } from '../measure/child.ts';
import { preciseNow } from '../measure/precise-time.ts';

export interface Chain {
  switchOn(): Promise<FirstReading>;
  close(): Promise<void>;
}

/** Milliseconds from the start of the sensor's process. */
export interface FirstReading {
  /** It can be heard. */
  readonly advertising: number;
  /** The far end has it on its disk, and has said so. */
  readonly confirmed: number;
}

/** Between two of them: the phone's end has noticed that the link is gone, and scans again. */
const restMs = 1500;
const patienceMs = 30_000;

/** @param listen is told what to call with the moment of the confirmation */
export async function switchOn(
  file: URL,
  options: object,
  listen: (heard: (at: number) => void) => void,
): Promise<FirstReading> {
  const confirmed = Promise.withResolvers<number>();
  const acknowledged = Promise.withResolvers<void>();
  listen(confirmed.resolve);
  const began = preciseNow();
  const sensor = await startChild(file, options, {
    onMessage: ({ kind }) => {
      if (kind === 'acknowledged') acknowledged.resolve();
    },
  });
  const advertising = preciseNow() - began;
  try {
    const at = await Promise.race([confirmed.promise, pause(patienceMs, undefined, { ref: false })]);
    if (at === undefined) throw new Error('expected a reading that arrives');
    await acknowledged.promise;
    return { advertising, confirmed: at - began };
  } finally {
    await sensor.stop();
    await pause(restMs);
  }
}
