import type { AuditAct } from '@vitalseal/audit';
import { expect, test } from 'vitest';
import { RefusalsTold } from './refusals-told.ts';

test('of a flood of refusals a minute has as many entries as it may, and the next tells how many others there were', async () => {
  const log: AuditAct[] = [];
  let now = 0;
  const record = async (...acts: AuditAct[]) => {
    log.push(...acts);
  };
  const refusals = new RefusalsTold({ audit: { record }, now: () => now, perMinute: 3 });
  const act = { kind: 'sign-in-refused', actor: 'system', refused: 'ceremony-unknown' } as const;
  for (let times = 0; times < 1000; times++) await refusals.tell(act);
  expect(log).toEqual([act, act, act]);
  now = 60_000;
  await refusals.tell(act);
  expect(log.slice(3)).toEqual([{ ...act, refused: 'rate-limited', what: { others: 997 } }, act]);
});
