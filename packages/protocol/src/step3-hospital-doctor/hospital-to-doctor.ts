// What the hospital says on a step 3 channel, to a doctor's device or an ambulance's; each is sent only what its role may
// see. Every message is one record (COSE_Encrypt0) of the channel. All times are UTC milliseconds at the hospital.

import type { Bytes } from '../bytes.ts';
import { boolean, bytes, type Field, list, oneNumberOf, text } from '../wire/field.ts';
import { type Identity, identity } from '../wire/identity.ts';
import { type Location, location } from '../wire/location.ts';
import { type Measurement, measurement } from '../wire/measurement.ts';
import { type Reading, reading } from '../wire/reading.ts';
import { type OpenSource, openSource } from '../wire/reading-source.ts';
import { codec, optional, record, union } from '../wire/record.ts';
import { utcMs } from '../wire/time.ts';
import {
  type AlarmPriority,
  type AlarmState,
  type AlarmSummary,
  alarmId,
  alarmState,
  alarmSummary,
  type News2Summary,
  news2,
  personName,
  priority,
  reasons,
} from './clinical-summary.ts';
import { type DispatchState, dispatchId, dispatchState } from './dispatch.ts';
import { type EmergencyAccessNews, emergencyAccess } from './emergency.ts';
import { type SessionFromHospital, sessionFromHospital } from './session.ts';

export interface LastValue {
  readonly measurement: Measurement;
  readonly measuredAt: number;
  /** Absent where a sealed sensor measured it. */
  readonly source?: OpenSource;
}

export interface PatientSummary {
  readonly type: 'patient';
  readonly patient: Identity;
  readonly name: string;
  readonly bed?: string;
  /** The SpO2 scale of NEWS2 that a clinician set. */
  readonly scale: 1 | 2;
  readonly news2?: News2Summary;
  readonly alarms: readonly AlarmSummary[];
  readonly last: readonly LastValue[];
  readonly location?: Location;
  readonly at: number;
}

export interface History {
  readonly type: 'history';
  readonly patient: Identity;
  /** Ascending in time, at most 4096 a message. */
  readonly readings: readonly Reading[];
  /** Another part follows. */
  readonly more: boolean;
}

/** A phone that was away has handed in readings of the past: whoever looks at the patient asks for that history. */
export interface Past {
  readonly type: 'past';
  readonly patient: Identity;
  /** Measurement time of the earliest of them. */
  readonly from: number;
  readonly at: number;
}

export interface LiveReading {
  readonly type: 'reading';
  readonly patient: Identity;
  readonly reading: Reading;
  readonly news2?: News2Summary;
  /** When the hospital stored it. */
  readonly at: number;
}

export interface AlarmEnvelope {
  readonly type: 'alarm';
  /** An AlarmNotice, sealed by `sealForRecipients`. */
  readonly envelope: Bytes;
}

export interface AlarmStateChange {
  readonly type: 'alarm-state';
  readonly alarm: string;
  readonly patient: Identity;
  readonly state: AlarmState;
  readonly by?: Identity;
  readonly at: number;
}

/** The paper's location to the ambulance. */
export interface Dispatch {
  readonly type: 'dispatch';
  readonly dispatch: string;
  readonly alarm?: string;
  readonly patient: Identity;
  readonly name: string;
  readonly priority: AlarmPriority;
  readonly reasons: readonly string[];
  readonly location?: Location;
  readonly readings: readonly Reading[];
  readonly news2?: News2Summary;
  readonly state: DispatchState;
  readonly at: number;
}

export type HospitalToDoctor =
  | SessionFromHospital
  | PatientSummary
  | History
  | Past
  | LiveReading
  | AlarmEnvelope
  | AlarmStateChange
  | Dispatch
  | EmergencyAccessNews;

const lastValue: Field<LastValue> = record<LastValue>('a last value', {
  measurement,
  measuredAt: utcMs,
  source: optional(openSource),
});

/** Both throw ProtocolError; at most 960 KiB, so that the record stays under a channel's limit. */
export const { encode: encodeHospitalToDoctor, decode: decodeHospitalToDoctor } = codec(
  union<HospitalToDoctor>('a message from the hospital', {
    ...sessionFromHospital,
    patient: {
      patient: identity,
      name: personName,
      bed: optional(text('a bed', 64)),
      scale: oneNumberOf<1 | 2>('a scale', [1, 2]),
      news2: optional(news2),
      alarms: list('alarms', alarmSummary, 0, 256),
      last: list('last values', lastValue, 0, 64),
      location: optional(location),
      at: utcMs,
    },
    history: { patient: identity, readings: list('readings', reading, 0, 4096), more: boolean },
    past: { patient: identity, from: utcMs, at: utcMs },
    reading: { patient: identity, reading, news2: optional(news2), at: utcMs },
    alarm: { envelope: bytes('an envelope', 1, 1 << 17) },
    'alarm-state': { alarm: alarmId, patient: identity, state: alarmState, by: optional(identity), at: utcMs },
    dispatch: {
      dispatch: dispatchId,
      alarm: optional(alarmId),
      patient: identity,
      name: personName,
      priority,
      reasons,
      location: optional(location),
      readings: list('readings', reading, 0, 64),
      news2: optional(news2),
      state: dispatchState,
      at: utcMs,
    },
    'emergency-access': emergencyAccess,
  }),
  960 * 1024,
);
