// docs/clinical.md is what a clinician reads: its policies must be accepted and its tables complete.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { plausibleRanges } from '../vitals/plausible.ts';
import { defaultPolicy } from './default-policy.ts';
import { parsePolicy } from './parse-policy.ts';

const page = readFileSync(new URL('../../../../docs/clinical.md', import.meta.url), 'utf8');
const policies = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => json ?? '');

describe('docs/clinical.md', () => {
  test('each policy in it is accepted', () => {
    expect(policies).toHaveLength(3);
    for (const json of policies) expect(() => parsePolicy(JSON.parse(json))).not.toThrow();
  });

  test.each(defaultPolicy.rules.map((rule) => [rule.id, rule] as const))(
    'says of %s when it is met and its priority',
    (id, rule) => {
      const row = page.split('\n').find((line) => line.startsWith('| `') && line.includes(`\`${id}\``)) ?? '';
      expect(row).toContain(rule.priority);
      expect(row.includes('ambulance')).toBe(rule.dispatch);
      if (rule.kind === 'news2') expect(row).toContain(`NEWS2 ≥ ${rule.atLeast}`);
      if (rule.kind === 'stale') expect(row).toContain(`${rule.afterS / 60} min`);
      if (rule.kind !== 'limit' || rule.vital === 'consciousness') return;
      const limit = defaultPolicy.limits[rule.vital]?.[rule.side] ?? Number.NaN;
      expect(row).toContain(rule.side === 'low' ? `< ${limit}` : `> ${limit}`);
      expect(row).toContain(rule.side === 'low' ? `≥ ${limit + rule.margin}` : `≤ ${limit - rule.margin}`);
    },
  );

  test('says what cannot be true', () => {
    for (const vital of ['respiration', 'systolic', 'diastolic', 'pulse', 'temperature'] as const) {
      const { least, most } = plausibleRanges[vital];
      expect(page).toContain(`${vital} ${least}–${most}`);
    }
  });
});
