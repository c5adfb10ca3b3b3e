// The hospital's policy for this card, over what its owner set, over the defaults.

import type { CardPolicy } from '@vitalseal/uicc/global-platform';
import { defaultMhaSettings, type MhaSettings } from '../mha/index.ts';
import { defaultTimeliness } from '../outbox/timeliness.ts';
import type { ElementSettings } from '../settings.ts';

export type OwnMhaSettings = Partial<Omit<MhaSettings, 'batch'>> & { readonly batch?: number };

/** As they are when the PIN is right. */
export function elementSettings(policy: CardPolicy, own: Partial<ElementSettings>): Partial<ElementSettings> {
  const { outboxCapacity, renewAfterRecords } = policy;
  const { timeliness = defaultTimeliness } = own;
  const renewAfterMs = milliseconds(policy.renewAfterSeconds);
  return {
    ...own,
    ...(outboxCapacity !== undefined && { outboxCapacity }),
    ...(renewAfterRecords !== undefined && { renewAfterRecords }),
    ...(renewAfterMs !== undefined && { renewAfterMs }),
    timeliness: {
      lateAfterMs: milliseconds(policy.lateAfterSeconds) ?? timeliness.lateAfterMs,
      futureAfterMs: milliseconds(policy.futureAfterSeconds) ?? timeliness.futureAfterMs,
    },
  };
}

/** As they are when the card starts; the batch, as it is at each POST. */
export function mhaSettings(policy: () => CardPolicy, { batch, ...own }: OwnMhaSettings): Partial<MhaSettings> {
  const { timeEverySeconds, placeEverySeconds, retrySeconds, maxRetrySeconds } = policy();
  const { askTimeAfterMs, askPlaceAfterMs, backoff } = { ...defaultMhaSettings, ...own };
  return {
    ...own,
    batch: () => policy().batchRecords ?? batch ?? defaultMhaSettings.batch(),
    askTimeAfterMs: milliseconds(timeEverySeconds) ?? askTimeAfterMs,
    askPlaceAfterMs: milliseconds(placeEverySeconds || undefined) ?? askPlaceAfterMs,
    backoff: {
      ...backoff,
      firstMs: milliseconds(retrySeconds) ?? backoff.firstMs,
      mostMs: milliseconds(maxRetrySeconds) ?? backoff.mostMs,
    },
  };
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
