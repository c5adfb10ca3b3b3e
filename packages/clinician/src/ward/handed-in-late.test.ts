import { mdc, mdcUnit } from '@vitalseal/protocol';
import { expect, test } from 'vitest';
import { receivePast } from './handed-in-late.ts';
import { receivePatient, receiveReading } from './receive-patient.ts';
import type { Ward } from './ward.ts';
import { emptyWard } from './ward-store.ts';

const who = { role: 'patient', id: 'p1' } as const;
const minute = 60_000;
const hour = 60 * minute;
const now = Date.UTC(2026, 0, 5, 12);
const summary = { type: 'patient', patient: who, name: 'Ada', scale: 1, alarms: [], last: [], at: now } as const;
const ward = receivePatient(emptyWard({ role: 'doctor', id: 'd' }, 0), summary);
const late = ({ patients }: Ward) => patients.get('p1')?.handedInLate;
const past = (from: number, at: number) => ({ type: 'past', patient: who, from, at }) as const;

function live(measuredAt: number, at: number) {
  const pulse = { code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: { mantissa: 72, exponent: 0 } };
  const origin = { source: { role: 'sensor', id: 's1' } as const, channel: new Uint8Array(8), sequence: measuredAt };
  const reading = { origin, measuredAt: { utcMs: measuredAt, offsetMinutes: 0 }, measurements: [pulse] };
  return { type: 'reading', patient: who, reading, at } as const;
}

test('a backlog in many parts is one, from its earliest reading on', () => {
  const first = receivePast(ward, past(now - 10 * hour, now));
  const second = receivePast(first, past(now - 4 * hour, now + minute));
  expect(late(second)).toEqual({ from: now - 10 * hour, at: now + minute });
  expect(late(receivePast(second, past(now, now + hour)))).toEqual({ from: now, at: now + hour });
});

test('a single reading that is late says so, and one that is current says nothing and forgets nothing', () => {
  expect(late(receiveReading(ward, live(now - minute, now)))).toBeUndefined();
  const marked = receiveReading(ward, live(now - 6 * minute, now));
  expect(late(marked)).toEqual({ from: now - 6 * minute, at: now });
  expect(late(receiveReading(marked, live(now, now)))).toEqual({ from: now - 6 * minute, at: now });
});

test('of somebody whom the hospital does not show nothing is kept', () => {
  expect(receivePast(ward, { ...past(now - hour, now), patient: { role: 'patient', id: 'other' } })).toBe(ward);
});
