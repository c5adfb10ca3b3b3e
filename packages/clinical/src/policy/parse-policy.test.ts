import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PolicyError } from '../errors.ts';
import { Bedside, veryIll, well } from '../testing/bedside.ts';
import { defaultPolicy } from './default-policy.ts';
import { parsePolicy } from './parse-policy.ts';

function refusal(json: unknown): { code: string; path: string; reason: string } {
  try {
    parsePolicy(json);
  } catch (error) {
    if (error instanceof PolicyError) return { code: error.code, path: error.path, reason: error.reason };
    throw error;
  }
  throw new Error('the policy was accepted');
}

const total = { id: 'total', kind: 'news2', priority: 'high', atLeast: 7 };
const limit = { id: 'low', kind: 'limit', priority: 'high', vital: 'spo2', side: 'low' };
const stale = { id: 'silent', kind: 'stale', priority: 'medium', of: 'stream', afterS: 900 };
const one = (rule: object, rest: object = {}) => ({ ...rest, rules: [rule] });
const persistent = (persistence: object) => one({ ...total, persistence });

describe('what can never be evaluated is refused, with where and why', () => {
  test.each<[string, unknown, string, string]>([
    ['no object', 7, 'policy-type', ''],
    ['an array', [], 'policy-type', ''],
    ['null', null, 'policy-type', ''],
    ['an unknown key', { rule: [] }, 'policy-unknown-key', 'rule'],
    ['an unknown version', { version: 2 }, 'policy-type', 'version'],
    ['an unknown scale', { scale: 3 }, 'policy-type', 'scale'],
    ['scale 2 for a child', { scale: 2, patient: { ageYears: 15 }, rules: [limit] }, 'policy-unevaluable', 'scale'],
    ['scale 2 in pregnancy', { scale: 2, patient: { pregnant: true }, rules: [limit] }, 'policy-unevaluable', 'scale'],
    ['NEWS2 for a child', { patient: { ageYears: 9 } }, 'policy-unevaluable', 'rules[0]'],
    ['NEWS2 in pregnancy', one(total, { patient: { pregnant: true } }), 'policy-unevaluable', 'rules[0]'],
    ['an impossible age', { patient: { ageYears: -1 } }, 'policy-out-of-range', 'patient.ageYears'],
    ['an unknown key of the patient', { patient: { name: 'x' } }, 'policy-unknown-key', 'patient.name'],
    ['an unknown carry', { carry: 'all' }, 'policy-type', 'carry'],
    ['a validity of 0', { validityS: { pulse: 0 } }, 'policy-out-of-range', 'validityS.pulse'],
    ['a validity that is NaN', { validityS: { pulse: Number.NaN } }, 'policy-type', 'validityS.pulse'],
    ['the validity of an unknown vital', { validityS: { glucose: 60 } }, 'policy-unknown-key', 'validityS.glucose'],
    ['a tolerance as long as a validity', { validityS: { pulse: 60 } }, 'policy-unevaluable', 'futureToleranceS'],
    ['a negative tolerance', { futureToleranceS: -1 }, 'policy-out-of-range', 'futureToleranceS'],
    ['nothing is current', { currentS: 0 }, 'policy-out-of-range', 'currentS'],
    ['limits of an unknown vital', { limits: { glucose: { low: 4 } } }, 'policy-unknown-key', 'limits.glucose'],
    ['limits of a code', { limits: { oxygen: { high: 0 } } }, 'policy-unknown-key', 'limits.oxygen'],
    ['low above high', { limits: { pulse: { low: 100, high: 90 } } }, 'policy-unevaluable', 'limits.pulse'],
    ['low above the default high', { limits: { pulse: { low: 150 } } }, 'policy-unevaluable', 'limits.pulse'],
    ['a limit that is NaN', { limits: { pulse: { low: Number.NaN } } }, 'policy-type', 'limits.pulse.low'],
    ['a limit as text', { limits: { pulse: { low: '40' } } }, 'policy-type', 'limits.pulse.low'],
    ['a limit no value can pass', { limits: { spo2: { high: 100 } } }, 'policy-unevaluable', 'limits.spo2.high'],
    ['a limit outside what is possible', { limits: { spo2: { low: 120 } } }, 'policy-out-of-range', 'limits.spo2.low'],
    [
      'a default limit taken away that a rule needs',
      { limits: { spo2: { low: null } } },
      'policy-unevaluable',
      'rules[3]',
    ],
    ['no rules', { rules: [] }, 'policy-unevaluable', 'rules'],
    ['rules that are null', { rules: null }, 'policy-type', 'rules'],
    ['too many rules', { rules: Array.from({ length: 65 }, () => total) }, 'policy-out-of-range', 'rules'],
    ['a rule without kind', one({ id: 'x', priority: 'high' }), 'policy-missing', 'rules[0].kind'],
    ['a rule of an unknown kind', one({ ...total, kind: 'trend' }), 'policy-type', 'rules[0].kind'],
    ['a rule without id', one({ ...total, id: undefined }), 'policy-missing', 'rules[0].id'],
    ['a rule whose id every object has', one({ ...total, id: 'constructor' }), 'policy-type', 'rules[0].id'],
    ['two rules of one id', { rules: [total, total] }, 'policy-duplicate', 'rules[1].id'],
    ['a rule without priority', one({ ...total, priority: undefined }), 'policy-missing', 'rules[0].priority'],
    [
      'a dispatch rule without priority',
      one({ ...total, priority: undefined, dispatch: true }),
      'policy-missing',
      'rules[0].priority',
    ],
    [
      'a dispatch rule that is not high',
      one({ ...total, priority: 'medium', dispatch: true }),
      'policy-unevaluable',
      'rules[0].dispatch',
    ],
    ['a key of another kind of rule', one({ ...total, vital: 'pulse' }), 'policy-unknown-key', 'rules[0].vital'],
    ['a total of 0', one({ ...total, atLeast: 0 }), 'policy-out-of-range', 'rules[0].atLeast'],
    ['a total that NEWS2 cannot reach', one({ ...total, atLeast: 21 }), 'policy-out-of-range', 'rules[0].atLeast'],
    ['a broken total', one({ ...total, atLeast: 6.5 }), 'policy-type', 'rules[0].atLeast'],
    ['clear while it is met', one({ ...total, clearAt: 7 }), 'policy-unevaluable', 'rules[0].clearAt'],
    ['a limit rule without its limit', one({ ...limit, side: 'high' }), 'policy-unevaluable', 'rules[0]'],
    ['a limit rule of an unknown vital', one({ ...limit, vital: 'glucose' }), 'policy-type', 'rules[0].vital'],
    ['a margin that no value has', one({ ...limit, margin: 20 }), 'policy-unevaluable', 'rules[0].margin'],
    ['margins that overlap', one({ ...limit, vital: 'pulse', margin: 101 }), 'policy-unevaluable', 'rules[0].margin'],
    [
      'a single parameter that cannot score 3',
      one({ id: 'x', kind: 'single-parameter', priority: 'low', vitals: ['oxygen'] }),
      'policy-type',
      'rules[0].vitals[0]',
    ],
    [
      'a single parameter of none',
      one({ id: 'x', kind: 'single-parameter', priority: 'low', vitals: [] }),
      'policy-unevaluable',
      'rules[0].vitals',
    ],
    [
      'a single parameter twice',
      one({ id: 'x', kind: 'single-parameter', priority: 'low', vitals: ['pulse', 'pulse'] }),
      'policy-duplicate',
      'rules[0].vitals',
    ],
    [
      'more readings than are looked at',
      persistent({ readings: 4, of: 3, withinS: 600 }),
      'policy-unevaluable',
      'rules[0].persistence.readings',
    ],
    [
      'no readings',
      persistent({ readings: 0, of: 3, withinS: 600 }),
      'policy-out-of-range',
      'rules[0].persistence.readings',
    ],
    [
      'a window too short for its readings',
      persistent({ readings: 3, of: 5, withinS: 59, apartS: 30 }),
      'policy-unevaluable',
      'rules[0].persistence.withinS',
    ],
    [
      'a window of no time for two readings',
      persistent({ readings: 2, of: 2, withinS: 0 }),
      'policy-unevaluable',
      'rules[0].persistence.withinS',
    ],
    [
      'several readings without a window',
      persistent({ readings: 2, of: 2 }),
      'policy-missing',
      'rules[0].persistence.withinS',
    ],
    [
      'clear after no reading',
      one({ ...total, clear: { readings: 0 } }),
      'policy-out-of-range',
      'rules[0].clear.readings',
    ],
    ['a worsening by nothing', one({ ...total, worsenBy: 0 }), 'policy-out-of-range', 'rules[0].worsenBy'],
    ['held back by itself', one({ ...total, unless: ['total'] }), 'policy-unevaluable', 'rules[0].unless[0]'],
    ['held back by nobody', one({ ...total, unless: ['other'] }), 'policy-unevaluable', 'rules[0].unless[0]'],
    [
      'held back by a lower one',
      { rules: [stale, { ...total, unless: ['silent'] }] },
      'policy-unevaluable',
      'rules[1].unless[0]',
    ],
    ['silence of an unknown vital', one({ ...stale, of: 'glucose' }), 'policy-type', 'rules[0].of'],
    ['silence after no time', one({ ...stale, afterS: 0 }), 'policy-out-of-range', 'rules[0].afterS'],
    ['silence shorter than a clock error', one({ ...stale, afterS: 100 }), 'policy-unevaluable', 'rules[0].afterS'],
    ['a high alarm that never escalates', { escalation: { high: null } }, 'policy-unevaluable', 'escalation.high'],
    [
      'an escalation after no time',
      { escalation: { low: { afterS: 0 } } },
      'policy-out-of-range',
      'escalation.low.afterS',
    ],
    [
      'an escalation of an unknown priority',
      { escalation: { urgent: { afterS: 60 } } },
      'policy-unknown-key',
      'escalation.urgent',
    ],
  ])('%s', (_name, json, code, path) => {
    const { reason, ...rest } = refusal(json);
    expect(rest).toEqual({ code, path });
    expect(reason).toMatch(/^[^A-Z]|^SpO2|^NEWS2/);
  });

  test('a key of a prototype', () => {
    expect(refusal(JSON.parse('{"__proto__": {"scale": 2}}'))).toMatchObject({ code: 'policy-unknown-key' });
    expect(refusal(JSON.parse('{"limits": {"constructor": {"low": 1}}}'))).toMatchObject({
      code: 'policy-unknown-key',
    });
  });

  test('the message says both', () => {
    expect(() => parsePolicy({ validityS: { pulse: 0 } })).toThrow('policy validityS.pulse: expected 1 to 604800');
  });
});

describe('what is accepted', () => {
  test('nothing given is the default policy', () => {
    expect(parsePolicy({})).toEqual(defaultPolicy);
  });

  test('a policy that was written down is read back the same', () => {
    const bare = parsePolicy({ limits: { spo2: { low: null } }, rules: [stale] });
    expect(parsePolicy(JSON.parse(JSON.stringify(bare)))).toEqual(bare);
    expect(parsePolicy(JSON.parse(JSON.stringify(defaultPolicy)))).toEqual(defaultPolicy);
    const own = parsePolicy({
      scale: 2,
      patient: { ageYears: 70 },
      limits: { spo2: { low: 80, high: 96 } },
      carry: 'none',
    });
    expect(parsePolicy(JSON.parse(JSON.stringify(own)))).toEqual(own);
  });

  test('a patient of their own limits keeps all else', () => {
    const policy = parsePolicy({ limits: { spo2: { low: 80 }, pulse: { high: 160 } } });
    expect(policy.limits).toEqual({ ...defaultPolicy.limits, spo2: { low: 80 }, pulse: { low: 40, high: 160 } });
    expect(policy.rules).toEqual(defaultPolicy.rules);
  });

  test('a child is watched by limits', () => {
    const policy = parsePolicy({ patient: { ageYears: 9 }, rules: [limit, stale] });
    const bed = new Bedside(policy);
    expect(bed.minutes(0, 10, { ...well, spo2: 80 })).toEqual(['raised low']);
  });

  test('a rule of high priority dispatches and stays until acknowledged unless it says otherwise', () => {
    const [high, medium, kept, silent] = parsePolicy({
      rules: [
        total,
        { ...limit, priority: 'medium' },
        { ...total, id: 'kept', dispatch: false, latching: false },
        { ...stale, priority: 'high' },
      ],
    }).rules;
    expect(high).toMatchObject({ dispatch: true, latching: true });
    expect(medium).toMatchObject({ dispatch: false, latching: false });
    expect(kept).toMatchObject({ dispatch: false, latching: false });
    expect(silent).toMatchObject({ dispatch: false, latching: true });
  });

  test('one reading needs no window', () => {
    const bed = new Bedside(parsePolicy(persistent({ readings: 1 })));
    expect(bed.reading(0, veryIll)).toEqual(['raised total']);
  });
});

test('any JSON is refused with a path or is a policy that can be written and read again', () => {
  const word = fc.constantFrom(
    ...[
      'id',
      'kind',
      'news2',
      'limit',
      'stale',
      'rules',
      'limits',
      'pulse',
      'low',
      'high',
      'scale',
      'validityS',
      'patient',
    ],
    ...['persistence', 'readings', 'of', 'withinS', 'priority', 'unless', 'atLeast', 'stream', 'afterS', 'ageYears'],
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, true, 0, 1, 2, 7, -1, 0.5, 600, 1e9),
      word,
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(word, tie('json'), { maxKeys: 5 }),
    ),
  }));
  const overlaid = fc.tuple(fc.constantFrom(...(Object.keys(defaultPolicy) as (keyof typeof defaultPolicy)[])), json);
  const accepts = (input: unknown) => {
    try {
      const policy = parsePolicy(input);
      expect(parsePolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
    }
  };
  fc.assert(fc.property(json, accepts), { seed: 11, numRuns: 3000 });
  fc.assert(
    fc.property(overlaid, ([key, value]) => accepts({ ...defaultPolicy, [key]: value })),
    { seed: 12, numRuns: 3000 },
  );
});
