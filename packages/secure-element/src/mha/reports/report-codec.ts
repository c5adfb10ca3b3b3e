// Reports on the interface. Confirmations come many at a time and mostly of one sensor's channel: they share its name.

import type { Bytes, Identity } from '@vitalseal/protocol';
import { equalBytes, sameIdentity } from '@vitalseal/protocol';
import {
  boolean,
  channelId,
  codec,
  identity,
  integer,
  list,
  oneOf,
  optional,
  origin,
  record,
  sequence,
  text,
  union,
  utcMs,
} from '@vitalseal/protocol/fields';
import type { DeliveryState } from '../../delivery/delivery-report.ts';
import type { HospitalRelease } from '../../hospital-hop/hospital-release.ts';
import type { Refusal } from '../../hospital-hop/take-answer.ts';
import type { Report } from './report.ts';
import { type HandedOut, mostHandedOut } from './report-queue.ts';

interface ConfirmedRecord {
  readonly sequence: number;
  readonly measuredAt: number;
  readonly duplicate: boolean;
}

type WireReport =
  | {
      readonly type: 'confirmed';
      readonly source: Identity;
      readonly channel: Bytes;
      readonly records: readonly ConfirmedRecord[];
    }
  | ({ readonly type: 'refused' } & Refusal)
  | { readonly type: 'state'; readonly state: DeliveryState['state']; readonly code?: string; readonly forMs?: number }
  | {
      readonly type: 'hospital';
      readonly proof: HospitalRelease['kind'];
      readonly name?: string;
      readonly version?: string;
      readonly because?: string;
    }
  | { readonly type: 'lost'; readonly reports: number };

const count = integer('a number', 0, Number.MAX_SAFE_INTEGER);
const code = text('a code', 64);
const confirmedRecord = record<ConfirmedRecord>('a confirmation', { sequence, measuredAt: utcMs, duplicate: boolean });
const proofs: readonly HospitalRelease['kind'][] = ['proved', 'unproved', 'refuted'];
const states: readonly DeliveryState['state'][] = ['idle', 'sending', 'waiting'];

const handedOut = codec<{ readonly next: number; readonly reports: readonly WireReport[] }>(
  record('reports', {
    next: count,
    reports: list(
      'reports',
      union<WireReport>('a report', {
        confirmed: {
          source: identity,
          channel: channelId,
          records: list('confirmations', confirmedRecord, 1, mostHandedOut),
        },
        refused: { origin, code },
        state: { state: oneOf('a state', states), code: optional(code), forMs: optional(count) },
        hospital: {
          proof: oneOf('a proof', proofs),
          name: optional(code),
          version: optional(code),
          because: optional(code),
        },
        lost: { reports: count },
      }),
      0,
      mostHandedOut,
    ),
  }),
  0xffff,
);

export const reportsCodec = {
  encode: ({ next, reports }: HandedOut): Bytes => handedOut.encode({ next, reports: grouped(reports) }),
  decode(encoded: Bytes): HandedOut {
    const { next, reports } = handedOut.decode(encoded);
    return { next, reports: reports.flatMap(reportsOf) };
  },
};

/** The last report that the phone has heard, when it asks for what comes after. */
export const heardUntil = codec<number>(count, 16);

function grouped(reports: readonly Report[]): WireReport[] {
  const wire: WireReport[] = [];
  for (const report of reports) {
    if (report.kind !== 'confirmed') {
      wire.push(single(report));
      continue;
    }
    const { origin: of, measuredAt, duplicate } = report.confirmation;
    const one = { sequence: of.sequence, measuredAt, duplicate };
    const last = wire.at(-1);
    if (last?.type === 'confirmed' && sameIdentity(last.source, of.source) && equalBytes(last.channel, of.channel)) {
      wire[wire.length - 1] = { ...last, records: [...last.records, one] };
    } else {
      wire.push({ type: 'confirmed', source: of.source, channel: of.channel, records: [one] });
    }
  }
  return wire;
}

function single(report: Exclude<Report, { kind: 'confirmed' }>): WireReport {
  if (report.kind === 'refused') return { type: 'refused', ...report.refusal };
  if (report.kind === 'lost') return { type: 'lost', reports: report.reports };
  if (report.kind === 'hospital') {
    const { kind: proof, ...rest } = report.release;
    return { type: 'hospital', proof, ...rest };
  }
  const { state } = report;
  if (state.state !== 'waiting') return { type: 'state', state: state.state };
  return { type: 'state', state: state.state, code: state.code, forMs: state.forMs };
}

function reportsOf(wire: WireReport): Report[] {
  switch (wire.type) {
    case 'confirmed':
      return wire.records.map(({ sequence: number, measuredAt, duplicate }) => ({
        kind: 'confirmed',
        confirmation: {
          origin: { source: wire.source, channel: wire.channel, sequence: number },
          measuredAt,
          duplicate,
        },
      }));
    case 'refused':
      return [{ kind: 'refused', refusal: { origin: wire.origin, code: wire.code } }];
    case 'hospital':
      return [{ kind: 'hospital', release: releaseOf(wire) }];
    case 'lost':
      return [{ kind: 'lost', reports: wire.reports }];
    case 'state':
      return [{ kind: 'state', state: stateOf(wire) }];
  }
}

function releaseOf(wire: Extract<WireReport, { type: 'hospital' }>): HospitalRelease {
  const { proof, name = '', version = '', because = '' } = wire;
  return proof === 'proved' ? { kind: proof, name, version } : { kind: proof, because };
}

function stateOf({ state, code: why = '', forMs = 0 }: Extract<WireReport, { type: 'state' }>): DeliveryState {
  return state === 'waiting' ? { state, code: why, forMs } : { state };
}
