// One rule of a policy: its fields, and whether it could ever be met and ever be cleared. A rule that cannot be
// evaluated is refused when it is saved, because one that is silently never met looks like a patient who is well.

import { PolicyError } from '../errors.ts';
import { news2Maximum, news2Parameters } from '../news2/score.ts';
import { plausibleRanges } from '../vitals/plausible.ts';
import type { Vital } from '../vitals/vital.ts';
import { vitals } from '../vitals/vital.ts';
import type {
  Clearing,
  LimitRule,
  Limits,
  Persistence,
  Rule,
  SingleParameterRule,
  StaleRule,
  TotalRule,
} from './policy.ts';
import { priorities } from './policy.ts';
import type { JsonObject } from './policy-reader.ts';
import { field, pathTo, readArray, readBoolean, readChoice, readNumber, readObject } from './policy-reader.ts';

const day = 86_400;
const ruleKinds = ['news2', 'single-parameter', 'limit', 'stale'] as const;
const everyRuleKey = ['id', 'kind', 'priority', 'unless', 'dispatch', 'latching'];
const clinicalKeys = [...everyRuleKey, 'persistence', 'clear', 'worsenBy'];
const ruleKeys = {
  news2: [...clinicalKeys, 'atLeast', 'clearAt'],
  'single-parameter': [...clinicalKeys, 'vitals'],
  limit: [...clinicalKeys, 'vital', 'side', 'margin'],
  stale: [...everyRuleKey, 'of', 'afterS', 'expected'],
} as const;

const defaultPersistence: Persistence = { readings: 3, of: 5, withinS: 600, apartS: 30 };
const defaultClear: Clearing = { readings: 5, forS: 240 };

type Facts = Pick<Rule, 'id' | 'priority' | 'unless' | 'dispatch' | 'latching'>;

export interface RuleContext {
  readonly limits: { readonly [V in Vital]?: Limits };
  readonly futureToleranceS: number;
  /** The rules that stand before this one. */
  readonly before: readonly Rule[];
}

function unevaluable(path: string, reason: string): PolicyError {
  return new PolicyError('policy-unevaluable', path, reason);
}

function readId(json: unknown, path: string, before: readonly Rule[]): string {
  if (json === undefined) throw new PolicyError('policy-missing', path, 'expected a name for the rule');
  // `in` keeps out `constructor` and its like, which every plain object already answers to.
  if (typeof json !== 'string' || !/^[a-z0-9][a-z0-9-]{0,63}$/.test(json) || json in {}) {
    throw new PolicyError('policy-type', path, 'expected 1 to 64 of a-z, 0-9 and -');
  }
  if (before.some((rule) => rule.id === json)) {
    throw new PolicyError('policy-duplicate', path, 'expected a name that no other rule has');
  }
  return json;
}

function readUnless(
  json: unknown,
  path: string,
  id: string,
  facts: { priority: Rule['priority'] },
  before: readonly Rule[],
) {
  if (json === undefined) return [];
  return readArray(json, path, 0, 16).map((entry, index) => {
    const at = pathTo(path, index);
    const other = before.find((rule) => rule.id === entry);
    if (entry === id || other === undefined)
      throw unevaluable(at, 'expected the id of a rule that stands before this one');
    if (priorities.indexOf(other.priority) > priorities.indexOf(facts.priority)) {
      throw unevaluable(at, 'a rule cannot be held back by one of lower priority');
    }
    return other.id;
  });
}

function readFacts(json: JsonObject, path: string, context: RuleContext, clinical: boolean): Facts {
  const id = readId(field(json, 'id'), pathTo(path, 'id'), context.before);
  const priority = readChoice(field(json, 'priority'), pathTo(path, 'priority'), priorities);
  const high = priority === 'high';
  const dispatch = readBoolean(field(json, 'dispatch'), pathTo(path, 'dispatch'), high && clinical);
  if (dispatch && !high) {
    throw unevaluable(pathTo(path, 'dispatch'), 'only a rule of high priority can send the ambulance');
  }
  const latching = readBoolean(field(json, 'latching'), pathTo(path, 'latching'), high);
  const unless = readUnless(field(json, 'unless'), pathTo(path, 'unless'), id, { priority }, context.before);
  return { id, priority, unless, dispatch, latching };
}

function readPersistence(json: unknown, path: string): Persistence {
  if (json === undefined) return defaultPersistence;
  const given = readObject(json, path, ['readings', 'of', 'withinS', 'apartS']);
  const whole = { least: 1, most: 60, integer: true };
  const readings = readNumber(field(given, 'readings'), pathTo(path, 'readings'), whole);
  const of = readNumber(field(given, 'of'), pathTo(path, 'of'), whole, readings);
  const withinS = readNumber(
    field(given, 'withinS'),
    pathTo(path, 'withinS'),
    { least: 0, most: 7 * day },
    readings === 1 ? 0 : undefined,
  );
  const apartS = readNumber(field(given, 'apartS'), pathTo(path, 'apartS'), { least: 0, most: day }, 0);
  if (readings > of) throw unevaluable(pathTo(path, 'readings'), `${readings} of ${of} readings can never be met`);
  const needed = Math.max((readings - 1) * apartS, readings - 1);
  if (withinS < needed) {
    throw unevaluable(pathTo(path, 'withinS'), `${readings} readings need at least ${needed} s`);
  }
  return { readings, of, withinS, apartS };
}

function readClear(json: unknown, path: string): Clearing {
  if (json === undefined) return defaultClear;
  const given = readObject(json, path, ['readings', 'forS']);
  return {
    readings: readNumber(
      field(given, 'readings'),
      pathTo(path, 'readings'),
      { least: 1, most: 1000, integer: true },
      defaultClear.readings,
    ),
    forS: readNumber(field(given, 'forS'), pathTo(path, 'forS'), { least: 0, most: 7 * day }, defaultClear.forS),
  };
}

function readTotal(json: JsonObject, path: string): Pick<TotalRule, 'atLeast' | 'clearAt'> {
  const atLeast = readNumber(field(json, 'atLeast'), pathTo(path, 'atLeast'), {
    least: 1,
    most: news2Maximum,
    integer: true,
  });
  const clearAt = readNumber(
    field(json, 'clearAt'),
    pathTo(path, 'clearAt'),
    { least: 0, most: news2Maximum, integer: true },
    atLeast - 1,
  );
  if (clearAt >= atLeast)
    throw unevaluable(pathTo(path, 'clearAt'), 'expected less than atLeast: it would be met and clear at once');
  return { atLeast, clearAt };
}

function readSingle(json: JsonObject, path: string): Pick<SingleParameterRule, 'vitals'> {
  const able = news2Parameters.filter((parameter) => parameter !== 'oxygen');
  const given = field(json, 'vitals');
  if (given === undefined) return { vitals: able };
  const at = pathTo(path, 'vitals');
  const chosen = readArray(given, at, 1, able.length).map((entry, index) => readChoice(entry, pathTo(at, index), able));
  if (new Set(chosen).size < chosen.length) throw new PolicyError('policy-duplicate', at, 'expected each vital once');
  return { vitals: chosen };
}

function readLimit(json: JsonObject, path: string, context: RuleContext): Pick<LimitRule, 'vital' | 'side' | 'margin'> {
  const vital = readChoice(field(json, 'vital'), pathTo(path, 'vital'), vitals);
  const side = readChoice(field(json, 'side'), pathTo(path, 'side'), ['low', 'high'] as const);
  const limits = context.limits[vital];
  const limit = limits?.[side];
  if (limit === undefined || limit === null)
    throw unevaluable(path, `the policy's limits have no ${side} limit for ${vital}`);
  const margin = readNumber(field(json, 'margin'), pathTo(path, 'margin'), { least: 0, most: 1000 }, 0);
  const { least, most } = plausibleRanges[vital];
  const clearable =
    side === 'low'
      ? limit + margin <= Math.min(most, limits?.high ?? most)
      : limit - margin >= Math.max(least, limits?.low ?? least);
  if (!clearable)
    throw unevaluable(pathTo(path, 'margin'), 'no value lies inside both limits by this margin: it could never clear');
  return { vital, side, margin };
}

function readStale(
  json: JsonObject,
  path: string,
  context: RuleContext,
): Pick<StaleRule, 'of' | 'afterS' | 'expected'> {
  const of = readChoice(field(json, 'of'), pathTo(path, 'of'), ['stream', ...vitals] as const);
  const afterS = readNumber(field(json, 'afterS'), pathTo(path, 'afterS'), { least: 1, most: 30 * day });
  if (afterS <= context.futureToleranceS) {
    throw unevaluable(
      pathTo(path, 'afterS'),
      'expected more than futureToleranceS, or every clock error would pass for silence',
    );
  }
  return { of, afterS, expected: readBoolean(field(json, 'expected'), pathTo(path, 'expected'), of === 'stream') };
}

export function readRule(json: unknown, path: string, context: RuleContext): Rule {
  const anyKeys = [...new Set(Object.values(ruleKeys).flat())];
  const kind = readChoice(field(readObject(json, path, anyKeys), 'kind'), pathTo(path, 'kind'), ruleKinds);
  const object = readObject(json, path, ruleKeys[kind]);
  const facts = readFacts(object, path, context, kind !== 'stale');
  if (kind === 'stale') return { kind, ...facts, ...readStale(object, path, context) };
  const worsenRange = { least: 0.01, most: 1000 };
  const clinical = {
    ...facts,
    persistence: readPersistence(field(object, 'persistence'), pathTo(path, 'persistence')),
    clear: readClear(field(object, 'clear'), pathTo(path, 'clear')),
    worsenBy: readNumber(
      field(object, 'worsenBy'),
      pathTo(path, 'worsenBy'),
      worsenRange,
      kind === 'news2' ? 2 : kind === 'limit' ? 5 : 1,
    ),
  };
  if (kind === 'news2') return { kind, ...clinical, ...readTotal(object, path) };
  if (kind === 'single-parameter') return { kind, ...clinical, ...readSingle(object, path) };
  return { kind, ...clinical, ...readLimit(object, path, context) };
}
