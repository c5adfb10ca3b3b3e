// One message of the hospital, put into what is known. Pure but for the series, which grow in place.
import type { HospitalToDoctor } from '@vitalseal/protocol';
import { ClinicianError } from '../errors.ts';
import { receivePast } from './handed-in-late.ts';
import { heardAt } from './hospital-clock.ts';
import { receiveAlarmState } from './receive-alarm.ts';
import { receiveDispatch } from './receive-dispatch.ts';
import { receiveHistory, receivePatient, receiveReading } from './receive-patient.ts';
import type { Ward } from './ward.ts';

/** Without the alarm envelope, which is opened first, answers to requests, and news of the session. */
export type WardMessage = Exclude<
  HospitalToDoctor,
  { type: 'alarm' | 'result' | 'challenge' | 'my-sessions' | 'session' | 'locked' | 'session-ended' }
>;

/** @throws ClinicianError `message-not-understood`; the ward is then as it was */
export function receive(ward: Ward, message: WardMessage, deviceNow: number): Ward {
  const next = receiveMessage(ward, message, deviceNow);
  return 'at' in message ? { ...next, clock: heardAt(next.clock, message.at, deviceNow) } : next;
}

function receiveMessage(ward: Ward, message: WardMessage, deviceNow: number): Ward {
  switch (message.type) {
    case 'welcome':
      return {
        ...ward,
        hospital: message.name ?? message.hospital.id,
        clock: { heard: message.at, deviceAt: deviceNow, speed: message.clockSpeed },
        complete: false,
        feedBegan: message.at,
      };
    case 'complete':
      return { ...ward, complete: true };
    case 'past':
      return receivePast(ward, message);
    case 'emergency-access': {
      const { type: _, ...access } = message;
      return { ...ward, emergencies: new Map(ward.emergencies).set(access.id, access) };
    }
    case 'patient':
      return receivePatient(ward, message);
    case 'reading':
      return receiveReading(ward, message);
    case 'history':
      return receiveHistory(ward, message);
    case 'dispatch':
      return receiveDispatch(ward, message);
    case 'alarm-state': {
      const next = receiveAlarmState(ward, message);
      if (next !== undefined) return next;
      throw new ClinicianError('message-not-understood', 'expected the state of an alarm that was sent before');
    }
  }
}

/** What a feed named from its welcome to `complete`: all that this device may see, and all that is under way. */
export interface Named {
  readonly patients: ReadonlySet<string>;
  readonly dispatches: ReadonlySet<string>;
}

/** After a feed has begun anew: who was not named is not ours to see any more, and a call not named is over. */
export function forgetUnnamed(ward: Ward, { patients, dispatches }: Named): Ward {
  return {
    ...ward,
    patients: new Map([...ward.patients].filter(([id]) => patients.has(id))),
    alarms: new Map([...ward.alarms].filter(([, alarm]) => patients.has(alarm.patient))),
    dispatches: new Map([...ward.dispatches].filter(([id, { state }]) => state === 'closed' || dispatches.has(id))),
  };
}
