// What a doctor's or an ambulance's device says on its step 3 channel. Times are UTC milliseconds at the hospital.

import { oneOf } from '../wire/field.ts';
import { type Identity, identity } from '../wire/identity.ts';
import { codec, optional, union } from '../wire/record.ts';
import { utcMs } from '../wire/time.ts';
import { alarmId } from './clinical-summary.ts';
import { type DispatchState, dispatchId, dispatchState } from './dispatch.ts';
import { type BreakGlass, breakGlass } from './emergency.ts';
import { type SessionToHospital, sessionToHospital } from './session.ts';

/** Opens the stream of HospitalToDoctor records. */
export interface Subscribe {
  readonly type: 'subscribe';
  /** Alarms and calls that changed before it need not be sent again. */
  readonly since?: number;
}

export interface Receipt {
  readonly type: 'receipt';
  readonly alarm: string;
  /** `received`: the device opened the envelope; `opened`: a person looked at it. */
  readonly kind: 'received' | 'opened';
}

export interface Acknowledge {
  readonly type: 'acknowledge';
  readonly alarm: string;
}

export interface HistoryRequest {
  readonly type: 'history';
  readonly patient: Identity;
  readonly from: number;
}

export interface DispatchStateChange {
  readonly type: 'dispatch-state';
  readonly dispatch: string;
  readonly state: DispatchState;
}

export type DoctorToHospital =
  | SessionToHospital
  | Subscribe
  | Receipt
  | Acknowledge
  | HistoryRequest
  | DispatchStateChange
  | BreakGlass;

export const subscribe = { since: optional(utcMs) };

/** Both throw ProtocolError; at most 8 KiB. */
export const { encode: encodeDoctorToHospital, decode: decodeDoctorToHospital } = codec(
  union<DoctorToHospital>('a message to the hospital', {
    ...sessionToHospital,
    subscribe,
    receipt: { alarm: alarmId, kind: oneOf('a receipt', ['received', 'opened']) },
    acknowledge: { alarm: alarmId },
    history: { patient: identity, from: utcMs },
    'dispatch-state': { dispatch: dispatchId, state: dispatchState },
    'break-glass': breakGlass,
  }),
  8192,
);
