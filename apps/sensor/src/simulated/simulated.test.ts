// The simulated patient: what a slider, keys and a script do to his values.

import { mdc } from '@vitalseal/protocol';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { controlByKeys } from './control-keys.ts';
import { type ControlPage, openControlPage, parseChange } from './control-page.ts';
import { type Condition, Physiology, well } from './physiology.ts';
import { parseScript } from './script.ts';
import { simulatedReadings } from './simulated-readings.ts';

const minute = 60_000;
const never = new AbortController().signal;

function valuesAt(patient: Physiology, at: number): Map<number, number> {
  return new Map(
    patient.measure(at).map(({ code, value }) => {
      if (typeof value === 'string') throw new Error('expected a number');
      return [code, value.mantissa * 10 ** value.exponent];
    }),
  );
}

describe('simulated physiology', () => {
  const patient = () => new Physiology(() => 0.5, 0);

  test('a patient who is well and rests is within the bands in which NEWS2 gives no point', () => {
    const values = valuesAt(patient(), minute);
    expect(values.get(mdc.respirationRate)).toBeGreaterThanOrEqual(12);
    expect(values.get(mdc.respirationRate)).toBeLessThanOrEqual(20);
    expect(values.get(mdc.pulseOximetrySaturation)).toBeGreaterThanOrEqual(96);
    expect(values.get(mdc.heartRate)).toBeLessThanOrEqual(90);
    expect(values.get(mdc.consciousness)).toBe(0);
  });

  test('walking and deteriorating change the values at their own pace, and getting better brings them back', () => {
    const it = patient();
    const rest = valuesAt(it, 0);
    it.condition = { ...well, deterioration: 1 };
    const soon = valuesAt(it, 10_000);
    const later = valuesAt(it, 30 * minute);
    for (const code of [mdc.heartRate, mdc.respirationRate]) {
      expect(soon.get(code)).toBeGreaterThan(rest.get(code) ?? 0);
      expect(later.get(code)).toBeGreaterThan(soon.get(code) ?? 0);
    }
    expect(later.get(mdc.pulseOximetrySaturation)).toBeLessThan(90);
    expect(later.get(mdc.consciousness)).toBe(2);
    it.condition = well;
    const back = valuesAt(it, 180 * minute);
    expect(back.get(mdc.heartRate)).toBe(rest.get(mdc.heartRate));
    it.condition = { ...well, activity: 'walk' };
    expect(valuesAt(it, 200 * minute).get(mdc.heartRate)).toBeGreaterThan(95);
  });
});

describe('a script', () => {
  test('says what happens when, and when it is over', async () => {
    const script = parseScript('# a bad morning\n0:00 rest\n1:00 walk\n2:00 deteriorate 60 # at once\n\n3:00 end\n');
    expect(script.endsAfter).toBe(3 * minute);
    let now = 0;
    const clock = { now: () => (now += minute) };
    const readings = simulatedReadings({ clock, everyMs: minute, script, seed: 1 });
    const conditions: Condition[] = [];
    while ((await readings.next(0, never)).length > 0) conditions.push(readings.patient.condition);
    expect(conditions[0]).toEqual(well);
    expect(conditions.at(-1)).toEqual({ activity: 'walk', deterioration: 0.6, oxygen: false });
  });

  test.each([
    '',
    'rest',
    '0:00 fly',
    '1:00 walk\n0:30 rest',
    '0:00 deteriorate 101',
    '0:61 rest',
    '0:00 end\n1:00 rest',
  ])('%j is refused', (text) => {
    expect(() => parseScript(text)).toThrow(expect.objectContaining({ code: 'sensor-script-invalid' }));
  });

  test('any text is a script or is refused', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('0:00', ' ', 'rest', '\n', 'deteriorate', '50', '#', 'end', '9:99')),
        (parts) => {
          try {
            expect(parseScript(parts.join('')).steps.length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toMatchObject({ code: 'sensor-script-invalid' });
          }
        },
      ),
      { seed: 5, numRuns: 500 },
    );
  });

  test('the same seed gives the same values', async () => {
    const take = async () => {
      let now = 0;
      const readings = simulatedReadings({ clock: { now: () => (now += 1000) }, everyMs: 1000, seed: 7 });
      return [await readings.next(0, never), await readings.next(1, never)];
    };
    expect(await take()).toEqual(await take());
  });
});

describe('the slider', () => {
  const pages: ControlPage[] = [];
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
  });

  async function opened(): Promise<{ page: ControlPage; condition: () => Condition }> {
    let condition = well;
    const page = await openControlPage({
      condition: () => condition,
      change: (change) => {
        condition = { ...condition, ...change };
      },
    });
    pages.push(page);
    return { page, condition: () => condition };
  }

  test('moves the patient, by the page of its address alone', async () => {
    const { page, condition } = await opened();
    const body = JSON.stringify({ activity: 'walk', deterioration: 0.4 });
    expect((await fetch(page.url, { method: 'POST', body })).status).toBe(200);
    expect(condition()).toEqual({ activity: 'walk', deterioration: 0.4, oxygen: false });
    const read = await fetch(page.url, { headers: { accept: 'application/json' } });
    expect(await read.json()).toEqual(condition());
    expect(await (await fetch(page.url)).text()).toContain('Simulated patient');
    const elsewhere = `${new URL(page.url).origin}/${'0'.repeat(32)}/`;
    expect((await fetch(elsewhere, { method: 'POST', body: '{"oxygen":true}' })).status).toBe(404);
    expect(condition().oxygen).toBe(false);
  });

  test.each(['', 'x', '[]', '{"deterioration":2}', '{"activity":"fly"}', '{"oxygen":1}', `"${'x'.repeat(5000)}"`])(
    'a change that is none is refused: %s',
    async (body) => {
      const { page, condition } = await opened();
      const { status } = await fetch(page.url, { method: 'POST', body });
      expect(status === 400 || parseChange(body) !== undefined).toBe(true);
      expect(condition()).toEqual(well);
    },
  );

  test('keys do the same, and nothing without a terminal', () => {
    let condition = well;
    let typed: ((bytes: Buffer) => void) | undefined;
    let quit = 0;
    const keyboard = {
      isTTY: true,
      on: (_event: 'data', listener: (bytes: Buffer) => void) => (typed = listener),
      off: () => (typed = undefined),
      resume: () => {},
      pause: () => {},
    };
    const patient = {
      condition: () => condition,
      change: (change: Partial<Condition>) => {
        condition = { ...condition, ...change };
      },
      quit: () => (quit += 1),
    };
    const leave = controlByKeys(keyboard, patient);
    typed?.(Buffer.from('w+++-o?q'));
    expect(condition).toEqual({ activity: 'walk', deterioration: expect.closeTo(0.2), oxygen: true });
    expect(quit).toBe(1);
    leave();
    expect(typed).toBeUndefined();
    controlByKeys({ ...keyboard, isTTY: false }, patient);
    expect(typed).toBeUndefined();
  });
});
