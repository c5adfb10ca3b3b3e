import { mdc, mdcUnit } from '@vitalseal/protocol';
import { parseRecording } from '@vitalseal/recording';
import { describe, expect, test } from 'vitest';
import { AlarmClock } from './alarm-clock.ts';
import { rowsOfPatient, scheduleOf } from './replay.ts';
import { rowMeasurements } from './row-measurements.ts';

const rowsOf = (csv: string) => parseRecording(csv, { file: 'test.csv' });

describe('a recording as readings', () => {
  test('has the codes and units of IEEE 11073, and the digits of the file', () => {
    const [row] = rowsOf(
      'time_s,hr,spo2,resp,sbp,dbp,temp,oxygen,consciousness\n0,109.5,94,16.1,102.3,54.9,36.55,1,V\n',
    );
    if (!row) throw new Error('expected a row');
    expect(rowMeasurements(row)).toEqual([
      { code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: { mantissa: 1095, exponent: -1 } },
      { code: mdc.pulseOximetrySaturation, unit: mdcUnit.percent, value: { mantissa: 94, exponent: 0 } },
      { code: mdc.respirationRate, unit: mdcUnit.breathsPerMinute, value: { mantissa: 161, exponent: -1 } },
      { code: mdc.systolic, unit: mdcUnit.millimetresOfMercury, value: { mantissa: 1023, exponent: -1 } },
      { code: mdc.diastolic, unit: mdcUnit.millimetresOfMercury, value: { mantissa: 549, exponent: -1 } },
      { code: mdc.bodyTemperature, unit: mdcUnit.degreesCelsius, value: { mantissa: 3655, exponent: -2 } },
      { code: mdc.supplementalOxygen, unit: mdcUnit.dimensionless, value: { mantissa: 1, exponent: 0 } },
      { code: mdc.consciousness, unit: mdcUnit.dimensionless, value: { mantissa: 2, exponent: 0 } },
    ]);
  });

  test('what is blank is not sent, and a row without a value is no reading', () => {
    const rows = rowsOf('time_s,hr,spo2\n0,80,\n60,,\n120,,95\n');
    const readings = scheduleOf(rows, 5_000);
    expect(readings.map(({ measuredAt, measurements }) => [measuredAt, measurements.length])).toEqual([
      [5_000, 1],
      [125_000, 1],
    ]);
  });

  test('the first row stands at the origin of the clock, whatever its own time', () => {
    const readings = scheduleOf(rowsOf('time_s,hr\n3600,80\n3660.5,81\n'), 1_000);
    expect(readings.map(({ measuredAt }) => measuredAt)).toEqual([1_000, 61_500]);
  });

  test('of several patients one must be chosen, and must be there', () => {
    const rows = rowsOf('patient,time_s,hr\na,0,80\nb,0,81\n');
    const refusal = expect.objectContaining({ code: 'sensor-recording-patient' });
    expect(() => rowsOfPatient(rows, undefined)).toThrowError(refusal);
    expect(() => rowsOfPatient(rows, 'c')).toThrowError(refusal);
    expect(rowsOfPatient(rows, 'b').map(({ hr }) => hr)).toEqual([81]);
  });
});

describe('waiting on the clock of a replay', () => {
  test('ends when the moment has come, on a fast clock and on one that stands still first', async () => {
    const started = performance.now();
    const fast = { now: () => (performance.now() - started) * 1000 };
    await new AlarmClock(() => fast.now()).until(50_000, new AbortController().signal);
    expect(fast.now()).toBeGreaterThanOrEqual(50_000);
    let looks = 0;
    const still = { now: () => (looks++ < 4 ? 0 : 1_000_000) };
    await new AlarmClock(() => still.now()).until(900_000, new AbortController().signal);
    expect(looks).toBeGreaterThan(4);
  });

  test('is given up when it is stopped', async () => {
    const stop = new AbortController();
    const waiting = new AlarmClock(() => 0).until(1, stop.signal);
    stop.abort();
    await waiting;
  });
});
