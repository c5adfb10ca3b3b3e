import type { News2Summary } from '@vitalseal/protocol';
import { expect, test } from 'vitest';
import { alarmsByUrgency, patientsByAcuity } from './acuity.ts';
import type { Alarm, Patient, Ward } from './ward.ts';
import { emptyWard } from './ward-store.ts';

const noParts = {
  respiration: null,
  spo2: null,
  oxygen: null,
  systolic: null,
  pulse: null,
  consciousness: null,
  temperature: null,
};

function news2(total: number, risk: News2Summary['risk'], known = 7): News2Summary {
  return { total, known, of: 7, parts: noParts, risk };
}

function patient(id: string, score?: News2Summary): Patient {
  return { id, name: id, scale: 1, series: new Map(), ...(score && { news2: score }) };
}

function alarm(id: string, of: string, more: Partial<Alarm> = {}): Alarm {
  return { id, patient: of, rule: 'r', priority: 'high', reasons: [], state: 'notified', raisedAt: 0, ...more };
}

function ward(patients: readonly Patient[], alarms: readonly Alarm[] = []): Ward {
  return {
    ...emptyWard({ role: 'doctor', id: 'd' }, 0),
    patients: new Map(patients.map((each) => [each.id, each])),
    alarms: new Map(alarms.map((each) => [each.id, each])),
  };
}

const order = (of: Ward) => patientsByAcuity(of).map(({ id }) => id);

test('an unanswered alarm stands before any score, and its priority decides among alarms', () => {
  const patients = [
    patient('well', news2(0, 'low')),
    patient('ill', news2(12, 'high')),
    patient('mid', news2(5, 'medium')),
  ];
  const alarms = [alarm('a', 'well', { priority: 'medium' }), alarm('b', 'mid')];
  expect(order(ward(patients, alarms))).toEqual(['mid', 'well', 'ill']);
});

test('an acknowledged alarm still stands before a score, and behind an unanswered one', () => {
  const deed = { by: { role: 'doctor', id: 'd' }, at: 1 } as const;
  const patients = [
    patient('answered', news2(0, 'low')),
    patient('open', news2(0, 'low')),
    patient('ill', news2(9, 'high')),
  ];
  const alarms = [alarm('a', 'answered', { acknowledged: deed }), alarm('b', 'open', { priority: 'low' })];
  expect(order(ward(patients, alarms))).toEqual(['open', 'answered', 'ill']);
});

test('a resolved alarm lifts nobody', () => {
  const patients = [patient('a', news2(0, 'low')), patient('b', news2(2, 'low'))];
  expect(order(ward(patients, [alarm('x', 'a', { state: 'resolved' })]))).toEqual(['b', 'a']);
});

test('nothing known stands above every low score, under a single 3', () => {
  const patients = [
    patient('low', news2(4, 'low')),
    patient('silent'),
    patient('empty', news2(0, 'unknown', 0)),
    patient('single', news2(3, 'low-medium')),
  ];
  expect(order(ward(patients))).toEqual(['single', 'empty', 'silent', 'low']);
});

test('of two equal totals the one of which less is known comes first', () => {
  const patients = [patient('full', news2(2, 'low', 7)), patient('partial', news2(2, 'low', 4))];
  expect(order(ward(patients))).toEqual(['partial', 'full']);
});

test('alarms: unanswered, then priority, then the newest; resolved ones last', () => {
  const deed = { by: { role: 'doctor', id: 'd' }, at: 1 } as const;
  const alarms = [
    alarm('resolved', 'p', { state: 'resolved', raisedAt: 9 }),
    alarm('answered', 'p', { acknowledged: deed, raisedAt: 8 }),
    alarm('older', 'p', { raisedAt: 1 }),
    alarm('newer', 'p', { raisedAt: 2 }),
    alarm('medium', 'p', { priority: 'medium', raisedAt: 7 }),
  ];
  expect(alarmsByUrgency(alarms).map(({ id }) => id)).toEqual(['newer', 'older', 'medium', 'answered', 'resolved']);
});
