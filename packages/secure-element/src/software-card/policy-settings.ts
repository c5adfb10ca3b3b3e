// The hospital's policy for this card, over what its owner set, over the defaults.

import type { BackoffOptions } from '@vitalseal/retry';
import type { CardPolicy } from '@vitalseal/uicc/global-platform';
import type { HospitalReleasePolicy } from '../hospital-hop/hospital-release.ts';
import { defaultMhaSettings, type MhaSettings } from '../mha/index.ts';
import { defaultSettings, type ElementSettings } from '../settings.ts';

/** What the card's owner may decide about the MHA. */
export interface OwnMhaSettings {
  /** 0 asks the terminal each time, as a fast replay must. */
  readonly askTimeAfterMs?: number;
  readonly askPlaceAfterMs?: number;
  /** Readings to a POST. */
  readonly batch?: number;
  readonly backoff?: BackoffOptions;
}

/** By the number that the policy has. */
const releasePolicies: readonly HospitalReleasePolicy[] = ['ignore', 'report', 'refuse'];

export function elementSettings(policy: CardPolicy, own: Partial<ElementSettings>): ElementSettings {
  const before = { ...defaultSettings, ...own };
  return {
    outboxCapacity: policy.outboxCapacity ?? before.outboxCapacity,
    timeliness: {
      lateAfterMs: milliseconds(policy.lateAfterSeconds) ?? before.timeliness.lateAfterMs,
      futureAfterMs: milliseconds(policy.futureAfterSeconds) ?? before.timeliness.futureAfterMs,
    },
    renewAfterRecords: policy.renewAfterRecords ?? before.renewAfterRecords,
    renewAfterMs: milliseconds(policy.renewAfterSeconds) ?? before.renewAfterMs,
    diaryMs: before.diaryMs,
    resumes: before.resumes,
    hospitalRelease: releasePolicies[policy.hospitalRelease ?? -1] ?? before.hospitalRelease,
  };
}

/** @param policy as it is at each moment */
export function mhaSettings(policy: () => CardPolicy, own: OwnMhaSettings): MhaSettings {
  const { askTimeAfterMs, askPlaceAfterMs, batch, backoff, reports } = defaultMhaSettings;
  const { firstMs, mostMs, random = Math.random } = own.backoff ?? backoff;
  return {
    askTimeAfterMs: () => milliseconds(policy().timeEverySeconds) ?? own.askTimeAfterMs ?? askTimeAfterMs(),
    askPlaceAfterMs: () => placeEvery(policy()) ?? own.askPlaceAfterMs ?? askPlaceAfterMs(),
    batch: () => policy().batchRecords ?? own.batch ?? batch(),
    backoff: {
      get firstMs() {
        return milliseconds(policy().retrySeconds) ?? firstMs;
      },
      get mostMs() {
        return milliseconds(policy().maxRetrySeconds) ?? mostMs;
      },
      random,
    },
    reports,
  };
}

/** 0 in the policy is never. */
function placeEvery({ placeEverySeconds }: CardPolicy): number | undefined {
  return placeEverySeconds === 0 ? Number.POSITIVE_INFINITY : milliseconds(placeEverySeconds);
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
