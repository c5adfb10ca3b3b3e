import { readFileSync } from 'node:fs';
import { defaultPolicy, initialPatient, observe, parsePolicy, tick } from '@vitalseal/clinical';
import { parseRecording } from '@vitalseal/recording';
import { describe, expect, test } from 'vitest';
import { rowValues } from './row-values.ts';
import type { TriageLine } from './triage.ts';
import { Triage } from './triage.ts';

const vitals = new URL('../../../../tests/vectors/vitals/', import.meta.url);
const demo = new URL('../../../demo/recordings/', import.meta.url);

function triaged(csv: string, policy = defaultPolicy, fromS = 0): TriageLine[] {
  const triage = new Triage(policy);
  return parseRecording(csv, { file: 'bed.csv' })
    .filter(({ timeS }) => timeS >= fromS)
    .map((row) => triage.row(row));
}

const changes = (lines: readonly TriageLine[]) =>
  lines.flatMap(({ time_s, alarms }) =>
    alarms.map(({ change, rule, priority }) => ({ time_s, change, rule, priority })),
  );

describe('scores of recorded patients', () => {
  const recording = readFileSync(new URL('icu-hourly-cut.csv', vitals), 'utf8');
  const [header = '', ...expected] = readFileSync(new URL('icu-hourly-cut.news2.csv', vitals), 'utf8')
    .trim()
    .split('\n');

  test('each row by itself equals the independent oracle', () => {
    const parameters = header.split(',').slice(5);
    const lines = triaged(recording, { ...defaultPolicy, carry: 'none' });
    expect(parameters).toHaveLength(7);
    const told = lines.map(({ patient, time_s, news2 }) => {
      const parts = new Map(Object.entries(news2.parts));
      return [
        patient,
        time_s,
        news2.total,
        news2.known,
        news2.risk,
        ...parameters.map((name) => parts.get(name) ?? ''),
      ];
    });
    expect(told.map((cells) => cells.join(','))).toEqual(expected);
  });

  test('carrying never scores a row lower than its own values do', () => {
    const alone = triaged(recording, { ...defaultPolicy, carry: 'none' });
    const carried = triaged(recording, parsePolicy({ validityS: { temperature: 7 * 3600, systolic: 7 * 3600 } }));
    for (const [index, line] of carried.entries()) {
      expect(line.news2.total).toBeGreaterThanOrEqual(alone[index]?.news2.total ?? 0);
      expect(line.news2.known).toBeGreaterThanOrEqual(alone[index]?.news2.known ?? 0);
    }
  });
});

describe('a line of triage', () => {
  test('has exactly the fields of the contract, in their order', () => {
    const [line] = triaged('time_s,hr,resp,spo2,sbp,temp,oxygen,consciousness\n0,131,25,91,90,35,1,C\n');
    expect(JSON.stringify(line)).toBe(
      '{"patient":"bed","time_s":0,"news2":{"total":20,"known":7,"of":7,"parts":{"respiration":3,"spo2":3,"oxygen":2,"systolic":3,"pulse":3,"consciousness":3,"temperature":3},"risk":"high"},"alarms":[]}',
    );
  });

  test('tells of an alarm where it changes', () => {
    const ill = Array.from({ length: 5 }, (_, index) => `${index * 60},135,26,90,85`);
    const well = Array.from({ length: 6 }, (_, index) => `${(index + 5) * 60},70,16,98,120`);
    const lines = triaged(['time_s,hr,resp,spo2,sbp', ...ill, ...well].join('\n'));
    expect(changes(lines)).toEqual([
      { time_s: 120, change: 'raised', rule: 'news2-emergency', priority: 'high' },
      { time_s: 120, change: 'raised', rule: 'systolic-low', priority: 'high' },
      { time_s: 540, change: 'resolved', rule: 'news2-emergency', priority: 'high' },
      { time_s: 540, change: 'resolved', rule: 'systolic-low', priority: 'high' },
    ]);
  });

  test('tells of the silence before it', () => {
    expect(changes(triaged('time_s,hr\n0,70\n60,70\n7200,70\n'))).toEqual([
      { time_s: 7200, change: 'raised', rule: 'stream-silent', priority: 'medium' },
      { time_s: 7200, change: 'resolved', rule: 'stream-silent', priority: 'medium' },
    ]);
  });

  test('sentinels are missing', () => {
    const [line] = triaged('time_s,hr,spo2,resp,sbp,temp\n0,0,-1,999,65535,nan\n');
    expect(line?.news2).toMatchObject({ total: 0, known: 0, risk: 'unknown' });
  });

  test('patients that are mixed in one file are as they are alone', () => {
    const rows = (patient: string, hr: number) =>
      Array.from({ length: 9 }, (_, index) => `${patient},${index * 60},${hr},26,85`);
    const a = rows('a', 135);
    const b = rows('b', 70);
    const mixed = triaged(
      ['patient,time_s,hr,resp,sbp', ...a.flatMap((row, index) => [row, b[index] ?? ''])].join('\n'),
    );
    const apart = triaged(['patient,time_s,hr,resp,sbp', ...a, ...b].join('\n'));
    expect(mixed.filter(({ patient }) => patient === 'a')).toEqual(apart.slice(0, 9));
    expect(mixed.filter(({ patient }) => patient === 'b')).toEqual(apart.slice(9));
  });

  test("is what the hospital's own observe and tick say", () => {
    const rows = parseRecording(readFileSync(new URL('a41200n.csv', demo), 'utf8'), { file: 'a41200n.csv' });
    const triage = new Triage(defaultPolicy);
    let state = initialPatient(defaultPolicy);
    for (const row of rows) {
      const at = row.timeS * 1000;
      const ticked = tick(state, defaultPolicy, at);
      const observed = observe(ticked.state, defaultPolicy, { at, receivedAt: at, values: rowValues(row) });
      state = observed.state;
      const line = triage.row(row);
      expect(line.news2).toEqual(observed.news2);
      expect(line.alarms).toHaveLength(ticked.changes.length + observed.changes.length);
    }
  });
});

describe("the demo's recordings, a minute of theirs to a second of ours", () => {
  const minutesToFirstHigh = (patient: string, fromS: number) => {
    const lines = triaged(readFileSync(new URL(`${patient}.csv`, demo), 'utf8'), defaultPolicy, fromS);
    const first = changes(lines).find(({ change, priority }) => change === 'raised' && priority === 'high');
    return first === undefined ? Number.POSITIVE_INFINITY : (first.time_s - fromS) / 60;
  };

  test('a41200n, begun at 7,800 s, deteriorates after one minute', () => {
    expect(minutesToFirstHigh('a41200n', 7800)).toBe(60);
  });

  test.each(['a40282n', 'a40473n', 'a40551n', 'a40921n', 'a41385n', 'a41934n', 'a42141n'])(
    '%s raises nothing of high priority in the first five',
    (patient) => {
      expect(minutesToFirstHigh(patient, 0)).toBeGreaterThan(300);
    },
  );
});
