// What is happening, in lines a person can follow: each new alarm, each call, and the counts now and then.
import type { Store } from '@vitalseal/app-hospital';
import type { Bed } from '../scenario/bed.ts';
import type { RunningDemo } from './running-demo.ts';

interface NarrationOptions {
  readonly demo: RunningDemo;
  readonly store: Store;
  readonly beds: readonly Bed[];
  readonly print: (line: string) => void;
}

const lookEvery = 1_000;
const countEvery = 15;

export function narrate({ demo, store, print }: NarrationOptions): { end(): void } {
  let looks = 0;
  let told = { raised: 0, dispatches: 0 };
  const look = async () => {
    const { alarms, dispatches, stored } = await store.counts();
    if (alarms.raised > told.raised)
      print(`${time()}  ${alarms.raised - told.raised} new alarm(s): ${alarms.open} open`);
    if (dispatches > told.dispatches) print(`${time()}  the ambulance is called`);
    told = { raised: alarms.raised, dispatches };
    if (looks++ % countEvery === 0) print(`${time()}  ${demo.measured} measured, ${stored} stored and confirmed`);
  };
  const timer = setInterval(() => void look().catch(() => print(`${time()}  the store does not answer`)), lookEvery);
  return { end: () => clearInterval(timer) };
}

function time(): string {
  return new Date().toTimeString().slice(0, 8);
}
