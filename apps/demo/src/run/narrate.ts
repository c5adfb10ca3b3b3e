// What is happening, in lines a person can follow: each alarm as it is raised and as it ends, each call, and the counts
// now and then.
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
const looksBetweenCounts = 15;

export function narrate({ demo, store, beds, print }: NarrationOptions): { end(): void } {
  const open = new Map<string, string>();
  const calls = new Set<string>();
  let looks = 0;

  const look = async () => {
    const names = await namesByNumber(store, beds);
    const rows = await store.alarms.open();
    for (const { id, patient, rule, priority } of rows) {
      if (open.has(id)) continue;
      const what = `${names.get(patient) ?? 'a patient'}: ${rule}`;
      open.set(id, what);
      say(`${priority.padEnd(6)} alarm  ${what}`);
    }
    const still = new Set(rows.map(({ id }) => id));
    for (const [id, what] of open) {
      if (still.has(id)) continue;
      open.delete(id);
      say(`over          ${what}`);
    }
    for (const { id, patient } of await store.dispatches.open()) {
      if (calls.has(id)) continue;
      calls.add(id);
      say(`AMBULANCE     called to ${names.get(patient) ?? 'a patient'}`);
    }
    if (looks++ % looksBetweenCounts === 0) {
      const { stored } = await store.counts();
      say(`${demo.measured} readings measured, ${stored} stored`);
    }
  };
  const say = (text: string) => print(`${new Date().toTimeString().slice(0, 8)}  ${text}`);

  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch(() => say('the store does not answer'))
      .finally(() => {
        looking = false;
      });
  }, lookEvery);
  return { end: () => clearInterval(timer) };
}

async function namesByNumber(store: Store, beds: readonly Bed[]): Promise<ReadonlyMap<number, string>> {
  const named = new Map(beds.map(({ patient, name, bed }) => [patient.id, `${name} (${bed})`]));
  return new Map((await store.patients.all()).map(({ number, identity }) => [number, named.get(identity) ?? identity]));
}
