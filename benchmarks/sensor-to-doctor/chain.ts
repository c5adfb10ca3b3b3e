// What the two chains have in common: live readings by the schedule all the time, and a backlog when told to.
import type { Child } from '../measure/child.ts';
import type { BacklogDone } from './backlog-process.ts';
import type { Samples } from './samples.ts';

export interface Chain {
  readonly samples: Samples;
  prepareBacklog(): Promise<void>;
  sendBacklog(): Promise<BacklogDone>;
  /** What it has to tell beside the times. */
  remarks(): Promise<{ readonly [what: string]: number }>;
  stop(): Promise<void>;
}

export interface ChainOptions {
  readonly dataDir: string;
  /** UTC ms by patient. */
  readonly schedule: readonly (readonly number[])[];
  readonly backlog: {
    readonly phones: number;
    readonly posts: number;
    readonly recordsAPost: number;
    readonly from: number;
  };
}

/** A child's message that a live reading has reached an end of its way. */
export interface Reached {
  readonly kind: string;
  readonly patient: number;
  readonly measuredAt: number;
  readonly at: number;
}

export function backlogOf(child: Child<object>): Pick<Chain, 'prepareBacklog' | 'sendBacklog'> {
  return {
    async prepareBacklog() {
      await child.ask({ kind: 'prepare' }, 'prepared');
    },
    sendBacklog: () => child.ask<BacklogDone>({ kind: 'send' }, 'done'),
  };
}
