// k of n: what tells an event from an artefact. A rule is confirmed when enough of its last samples were met within its
// window. A sample that stays alone is not forgotten: if the whole window passes and nothing contradicts it, it counts,
// because a probe that falls silent right after an alarming value is no sign of health.

import type { Persistence } from '../policy/policy.ts';
import type { Sample } from './patient-state.ts';

/** The samples with one more in order: those beyond the window and the count fall out. */
export function withSample(samples: readonly Sample[], sample: Sample, persistence: Persistence): Sample[] {
  const latest = samples.at(-1);
  if (latest !== undefined && sample.at - latest.at < persistence.apartS * 1000) {
    // Too near to tell more than its neighbour did: the same moment, now seen last. Its own time stays.
    return [...samples.slice(0, -1), { ...sample, at: latest.at }];
  }
  const from = sample.at - persistence.withinS * 1000;
  let first = Math.max(0, samples.length + 1 - persistence.of);
  while (first < samples.length && (samples[first]?.at ?? from) < from) first += 1;
  return [...samples.slice(first), sample];
}

/** What comes before the first met sample says nothing about a confirmation. */
export function fromFirstMet(samples: readonly Sample[]): readonly Sample[] {
  const first = samples.findIndex((sample) => sample.severity > 0);
  if (first === -1) return [];
  return first === 0 ? samples : samples.slice(first);
}

/** The severity that at least k of the samples reach, 0 when fewer than k are met. */
export function confirmedSeverity(samples: readonly Sample[], persistence: Persistence): number {
  if (samples.length < persistence.readings) return 0;
  const worstFirst: number[] = [];
  for (const { severity } of samples) if (severity > 0) worstFirst.push(severity);
  if (worstFirst.length < persistence.readings) return 0;
  worstFirst.sort((a, b) => b - a);
  return worstFirst[persistence.readings - 1] ?? 0;
}

/**
 * The severity of met samples that have stood for the whole window while nothing spoke against them, or 0.
 * @param since `at` when `now` is the time of the next measurement, `heardAt` when it is our clock's
 */
export function uncontradictedSeverity(
  samples: readonly Sample[],
  persistence: Persistence,
  since: 'at' | 'heardAt',
  now: number,
): number {
  const standing = samples.slice(samples.findLastIndex((sample) => sample.severity === 0) + 1);
  const first = standing[0];
  if (first === undefined || now - first[since] < persistence.withinS * 1000) return 0;
  return standing.reduce((least, sample) => Math.min(least, sample.severity), first.severity);
}

/** The severity that k of these met samples reach inside some one window, in whatever order they came, or 0. */
export function confirmedAnywhere(samples: readonly Sample[], persistence: Persistence): number {
  const inOrder = samples.filter((sample) => sample.severity > 0).sort((a, b) => a.at - b.at);
  const distinct: Sample[] = [];
  for (const sample of inOrder) {
    const before = distinct.at(-1);
    if (before !== undefined && sample.at - before.at < persistence.apartS * 1000) continue;
    distinct.push(sample);
  }
  let worst = 0;
  for (const [index, { at }] of distinct.entries()) {
    const window = distinct.slice(index).filter((sample) => sample.at <= at + persistence.withinS * 1000);
    worst = Math.max(worst, confirmedSeverity(window, persistence));
  }
  return worst;
}
