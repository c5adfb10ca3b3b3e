import { randomBytes } from '@vitalseal/protocol';
import { describe, expect, test } from 'vitest';
import { patientIdentity, sensorIdentity } from '../../testing/index.ts';
import type { Report } from './report.ts';
import { reportsCodec } from './report-codec.ts';
import { mostHandedOut, ReportQueue } from './report-queue.ts';

const channel = randomBytes(8);
const confirmed = (sequence: number, source = sensorIdentity): Report => ({
  kind: 'confirmed',
  confirmation: { origin: { source, channel, sequence }, measuredAt: 1000 + sequence, duplicate: sequence % 2 === 0 },
});

describe('reports', () => {
  test('are handed out until the phone asks for what comes after them', () => {
    const queue = new ReportQueue();
    for (const i of [0, 1, 2]) queue.add(confirmed(i));
    const first = queue.handOut();
    expect(first).toEqual({ reports: [0, 1, 2].map((i) => confirmed(i)), next: 3 });
    expect(queue.handOut()).toEqual(first);
    queue.add(confirmed(3));
    expect(queue.handOut(first.next)).toEqual({ reports: [confirmed(3)], next: 4 });
    expect(queue.handOut(4)).toEqual({ reports: [], next: 4 });
  });

  test('that nobody fetches are counted in the end, and never more than the bound', () => {
    const queue = new ReportQueue(8);
    for (let i = 0; i < 1000; i++) queue.add(confirmed(i));
    const { reports } = queue.handOut();
    expect(reports).toHaveLength(8);
    expect(reports[0]).toEqual({ kind: 'lost', reports: 993 });
    expect(reports.at(-1)).toEqual(confirmed(999));
  });

  test('say only the newest state of the delivery', () => {
    const queue = new ReportQueue();
    queue.add({ kind: 'state', state: { state: 'sending' } });
    queue.add(confirmed(1));
    queue.add({ kind: 'state', state: { state: 'waiting', code: 'hospital-busy', forMs: 5 } });
    expect(queue.handOut().reports).toEqual([
      confirmed(1),
      { kind: 'state', state: { state: 'waiting', code: 'hospital-busy', forMs: 5 } },
    ]);
  });

  test('of a phone that speaks of another card lose nothing', () => {
    const queue = new ReportQueue();
    queue.add(confirmed(1));
    expect(queue.handOut(500).reports).toHaveLength(1);
  });

  test('come over the interface as they were, those of one channel under one name', () => {
    const reports: Report[] = [
      confirmed(1),
      confirmed(2),
      confirmed(3, patientIdentity),
      {
        kind: 'refused',
        refusal: { origin: { source: sensorIdentity, channel, sequence: 9 }, code: 'unknown-patient' },
      },
      { kind: 'state', state: { state: 'waiting', code: 'hospital-unreachable', forMs: 250 } },
      { kind: 'state', state: { state: 'idle' } },
      { kind: 'lost', reports: 12 },
      confirmed(4),
    ];
    expect(reportsCodec.decode(reportsCodec.encode({ reports, next: 70 }))).toEqual({ reports, next: 70 });
    const many = Array.from({ length: mostHandedOut }, (_, i) => confirmed(i));
    const grouped = reportsCodec.encode({ reports: many, next: 1 });
    expect(grouped.length / mostHandedOut).toBeLessThan(12);
  });

  test('as many as one answer holds fit it, whatever they are of', () => {
    const longest = (i: number): Report => ({
      kind: 'refused',
      refusal: {
        origin: { source: { role: 'ambulance', id: 'x'.repeat(64) }, channel, sequence: 2 ** 40 + i },
        code: 'c'.repeat(64),
      },
    });
    const reports = Array.from({ length: mostHandedOut }, (_, i) => longest(i));
    expect(reportsCodec.decode(reportsCodec.encode({ reports, next: 1 })).reports).toEqual(reports);
  });
});
