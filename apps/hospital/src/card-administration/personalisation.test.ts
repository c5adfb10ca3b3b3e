import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Done, nextStep, personalisationPurposes, type Stage, stageAfter, stages } from './personalisation.ts';

const anyDone = fc.constantFrom<Done>(...personalisationPurposes, 'certify', 'terminate');

function stepOf(stage: Stage): Done | undefined {
  const step = nextStep(stage);
  if (step.do === 'nothing') return undefined;
  return step.do === 'send' ? step.purpose : 'certify';
}

test('the steps, one after the other, lead a fresh card into service by every stage', () => {
  const passed: Stage[] = ['invited'];
  for (let stage: Stage = 'invited'; ; ) {
    const step = stepOf(stage);
    if (step === undefined) break;
    stage = stageAfter(stage, step);
    passed.push(stage);
  }
  expect(passed).toEqual(stages.filter((stage) => stage !== 'terminated'));
});

test('whatever is done, a card never goes back, and skips no step', () => {
  fc.assert(
    fc.property(fc.array(anyDone, { maxLength: 40 }), (events) => {
      let stage: Stage = 'invited';
      for (const done of events) {
        const after = stageAfter(stage, done);
        const far = stages.indexOf(after) - stages.indexOf(stage);
        if (done === 'terminate') expect(after).toBe('terminated');
        else if (done === stepOf(stage)) expect(far).toBe(1);
        else expect(far).toBe(0);
        stage = after;
      }
    }),
    { seed: 31 },
  );
});

test('nothing comes after the end', () => {
  expect(nextStep('terminated')).toEqual({ do: 'nothing' });
  for (const done of [...personalisationPurposes, 'certify'] as const) {
    expect(stageAfter('terminated', done)).toBe('terminated');
  }
});
