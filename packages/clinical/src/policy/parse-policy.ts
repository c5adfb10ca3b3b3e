// A policy from JSON. What is left out comes from the default policy; what is given must be evaluable, or it is refused
// with where and why.

import { PolicyError } from '../errors.ts';
import type { Spo2Scale } from '../news2/score.ts';
import { plausibleRanges } from '../vitals/plausible.ts';
import type { Vital } from '../vitals/vital.ts';
import { vitals } from '../vitals/vital.ts';
import { defaultPolicyJson } from './default-policy-json.ts';
import type { Escalation, Limits, Policy, Priority, Rule } from './policy.ts';
import { priorities } from './policy.ts';
import type { JsonObject } from './policy-reader.ts';
import { field, pathTo, readArray, readBoolean, readChoice, readNumber, readObject } from './policy-reader.ts';
import { readRule } from './read-rule.ts';

const day = 86_400;
const mostRules = 64;
const policyKeys = [
  'version',
  'scale',
  'patient',
  'carry',
  'validityS',
  'futureToleranceS',
  'currentS',
  'limits',
  'rules',
  'escalation',
] as const satisfies readonly (keyof Policy)[];

/** NEWS2 was made and validated for neither, and scale 2 least of all. */
function readPatient(json: unknown, scale: Spo2Scale): Policy['patient'] {
  const given = json === undefined ? {} : readObject(json, 'patient', ['ageYears', 'pregnant']);
  const age = field(given, 'ageYears');
  const ageYears =
    age === undefined || age === null ? null : readNumber(age, 'patient.ageYears', { least: 0, most: 130 });
  const pregnant = readBoolean(field(given, 'pregnant'), 'patient.pregnant', false);
  if (scale === 2 && (pregnant || (ageYears !== null && ageYears < 16))) {
    throw new PolicyError('policy-unevaluable', 'scale', 'SpO2 scale 2 is not for patients under 16 or pregnant');
  }
  return { ageYears, pregnant };
}

function readValidity(json: unknown): Policy['validityS'] {
  const given = json === undefined ? {} : readObject(json, 'validityS', vitals);
  const read = (vital: Vital): number =>
    readNumber(
      field(given, vital),
      `validityS.${vital}`,
      { least: 1, most: 7 * day },
      defaultPolicyJson.validityS[vital],
    );
  return {
    respiration: read('respiration'),
    spo2: read('spo2'),
    oxygen: read('oxygen'),
    systolic: read('systolic'),
    diastolic: read('diastolic'),
    pulse: read('pulse'),
    consciousness: read('consciousness'),
    temperature: read('temperature'),
  };
}

function readSide(
  json: JsonObject,
  side: 'low' | 'high',
  vital: Vital,
  path: string,
  fallback: number | null | undefined,
): Limits {
  const at = pathTo(path, side);
  const value = field(json, side);
  // null takes a default limit away, and stays null, so that the policy read back has none either.
  if (value === null) return { [side]: null };
  if (value === undefined) return fallback === undefined ? {} : { [side]: fallback };
  const { least, most } = plausibleRanges[vital];
  const limit = readNumber(value, at, { least, most });
  const reachable = side === 'low' ? limit > least : limit < most;
  if (!reachable) throw new PolicyError('policy-unevaluable', at, 'no plausible value lies beyond this limit');
  return { [side]: limit };
}

function readLimits(json: unknown): Policy['limits'] {
  const able = vitals.filter((vital) => vital !== 'oxygen');
  const given = json === undefined ? {} : readObject(json, 'limits', able);
  const limits: { [V in Vital]?: Limits } = {};
  for (const vital of able) {
    const path = pathTo('limits', vital);
    const own = field(given, vital);
    const sides = own === undefined ? {} : readObject(own, path, ['low', 'high']);
    const fallback: Limits = defaultPolicyJson.limits[vital] ?? {};
    const both = {
      ...readSide(sides, 'low', vital, path, fallback.low),
      ...readSide(sides, 'high', vital, path, fallback.high),
    };
    if (typeof both.low === 'number' && typeof both.high === 'number' && both.low >= both.high) {
      throw new PolicyError('policy-unevaluable', path, 'expected low below high');
    }
    if (both.low !== undefined || both.high !== undefined) limits[vital] = both;
  }
  return limits;
}

function readEscalation(json: unknown, path: string, priority: Priority): Escalation | null {
  const fallback = defaultPolicyJson.escalation[priority];
  if (json === undefined) return fallback;
  if (json === null) {
    if (priority === 'high') throw new PolicyError('policy-unevaluable', path, 'a high-priority alarm must escalate');
    return null;
  }
  const given = readObject(json, path, ['afterS', 'repeatS', 'levels']);
  const seconds = { least: 1, most: 7 * day };
  const afterS = readNumber(field(given, 'afterS'), pathTo(path, 'afterS'), seconds);
  return {
    afterS,
    repeatS: readNumber(field(given, 'repeatS'), pathTo(path, 'repeatS'), seconds, afterS),
    levels: readNumber(field(given, 'levels'), pathTo(path, 'levels'), { least: 1, most: 10, integer: true }, 3),
  };
}

function readRules(json: unknown, context: Pick<Policy, 'limits' | 'futureToleranceS' | 'patient'>): Rule[] {
  const rules: Rule[] = [];
  const child = context.patient.ageYears !== null && context.patient.ageYears < 16;
  for (const [index, entry] of readArray(json, 'rules', 1, mostRules).entries()) {
    const path = pathTo('rules', index);
    const rule = readRule(entry, path, { ...context, before: rules });
    if ((child || context.patient.pregnant) && (rule.kind === 'news2' || rule.kind === 'single-parameter')) {
      throw new PolicyError('policy-unevaluable', path, 'NEWS2 is not for patients under 16 or pregnant: use limits');
    }
    rules.push(rule);
  }
  return rules;
}

/**
 * A complete policy from JSON that was already parsed. Absent fields come from the default policy; `rules`, when given,
 * replace the default's.
 * @throws PolicyError with the path and the reason
 */
export function parsePolicy(json: unknown): Policy {
  const given = readObject(json, '', policyKeys);
  readChoice(field(given, 'version'), 'version', [1], 1);
  const scale = readChoice(field(given, 'scale'), 'scale', [1, 2] as const, 1);
  const patient = readPatient(field(given, 'patient'), scale);
  const validityS = readValidity(field(given, 'validityS'));
  const futureToleranceS = readNumber(
    field(given, 'futureToleranceS'),
    'futureToleranceS',
    { least: 0, most: 3600 },
    defaultPolicyJson.futureToleranceS,
  );
  if (futureToleranceS >= Math.min(...Object.values(validityS))) {
    throw new PolicyError('policy-unevaluable', 'futureToleranceS', 'expected less than the shortest validity');
  }
  const limits = readLimits(field(given, 'limits'));
  const rules = readRules(field(given, 'rules') === undefined ? defaultPolicyJson.rules : given.rules, {
    limits,
    futureToleranceS,
    patient,
  });
  const escalationGiven = field(given, 'escalation');
  const escalation = escalationGiven === undefined ? {} : readObject(escalationGiven, 'escalation', priorities);
  const ladder = (priority: Priority) =>
    readEscalation(field(escalation, priority), `escalation.${priority}`, priority);
  return {
    version: 1,
    scale,
    patient,
    carry: readChoice(field(given, 'carry'), 'carry', ['validity', 'none'] as const, 'validity'),
    validityS,
    futureToleranceS,
    currentS: readNumber(field(given, 'currentS'), 'currentS', { least: 1, most: day }, defaultPolicyJson.currentS),
    limits,
    rules,
    escalation: { high: ladder('high'), medium: ladder('medium'), low: ladder('low') },
  };
}
