// How far a headless run has come, and what it is still waiting for.
import { scheduleOf } from '@vitalseal/app-sensor';
import { formatIdentity } from '@vitalseal/protocol';
import type { PhoneCounts } from '../process/phones-messages.ts';
import type { Bed } from '../scenario/bed.ts';
import { doctor, type World } from '../world/world.ts';
import type { RunningDemo } from './running-demo.ts';

export interface RunProgress {
  readonly readings: {
    /** Of the recordings in all, and of those that the replay's clock has reached. */
    readonly recorded: number;
    readonly due: number;
    readonly measured: number;
    readonly stored: number;
  };
  /** Sensors that the clock waits for, until it has begun. */
  readonly unlinked: number;
  /** Every reading is measured and confirmed by its element, and nothing will be killed any more. */
  readonly isPlayed: boolean;
  /** As they last said, bed by bed; none before they first did. */
  readonly phones: readonly PhoneCounts[];
  readonly phonesAnswer: boolean;
  readonly alarms: { readonly raised: number; readonly opened: number };
  /** Of each alarm that the doctor's device has not opened: of which bed it is. */
  readonly unopened: readonly string[];
  readonly dispatches: number;
}

export interface LookOptions {
  /** What the hospital had before this run. */
  readonly before: Awaited<ReturnType<World['store']['counts']>>;
  readonly demo: RunningDemo;
  readonly world: World;
  readonly beds: readonly Bed[];
  /** Identifiers of the alarms that the doctor has opened. */
  readonly opened: ReadonlySet<string>;
  readonly isPlayed: () => boolean;
}

/** How long the phones have to answer a look, in ms. */
const answerWithin = 5_000;

/** One look after the other: each shows what phones that do not answer said last. */
export function progressOf({ before, demo, world, beds, opened, isPlayed }: LookOptions): () => Promise<RunProgress> {
  const { clock } = demo;
  const moments = beds.flatMap(({ rows }) => scheduleOf(rows, clock.time.origin).map(({ measuredAt }) => measuredAt));
  const { store } = world;
  let phones: readonly PhoneCounts[] = [];
  return async () => {
    // First: what was played by now is in the counts that follow.
    const played = isPlayed();
    const { measured } = demo;
    const answer = await demo.phones.counts(answerWithin);
    phones = answer ?? phones;
    const { stored, alarms, dispatches } = await store.counts();
    const now = clock.now();
    const due = moments.filter((at) => at <= now).length;
    return {
      readings: { recorded: moments.length, due, measured, stored: stored - before.stored },
      unlinked: clock.hasBegun ? 0 : beds.length - demo.linked,
      isPlayed: played,
      phones,
      phonesAnswer: answer !== undefined,
      alarms: { raised: alarms.raised - before.alarms.raised, opened: opened.size },
      unopened: await bedsOfUnopened(world, beds),
      dispatches: dispatches - before.dispatches,
    };
  };
}

async function bedsOfUnopened({ store }: World, beds: readonly Bed[]): Promise<string[]> {
  const unopened = await store.deliveries.unopenedBy(formatIdentity(doctor));
  if (unopened.length === 0) return [];
  const labels = new Map(beds.map(({ patient, bed }) => [patient.id, bed]));
  const patients = new Map((await store.patients.all()).map(({ number, identity }) => [number, labels.get(identity)]));
  return unopened.map(({ patient }) => patients.get(patient) ?? 'another bed');
}

/** In all the phones. */
export function acknowledged({ phones }: RunProgress): number {
  return phones.reduce((total, phone) => total + phone.acknowledged, 0);
}

/** What a run shows of itself that changes only when something happened. */
export function whatMoves({ readings, unlinked, isPlayed, phones, alarms, unopened, dispatches }: RunProgress): string {
  return JSON.stringify([readings.measured, readings.stored, unlinked, isPlayed, phones, alarms, unopened, dispatches]);
}

export function progressInWords(progress: RunProgress): string {
  const { readings, alarms, dispatches } = progress;
  const of = `readings: ${readings.measured} of ${readings.recorded} measured, ${acknowledged(progress)} acknowledged, ${readings.stored} stored`;
  return `${of}; alarms: ${alarms.raised} raised, ${alarms.opened} opened; ambulance called: ${dispatches}`;
}
