// One message of the hospital, put into what is known. Pure but for the series, which grow in place.
import type { HospitalToDoctor } from '@vitalseal/protocol';
import { ClinicianError } from '../errors.ts';
import { heardAt } from './hospital-clock.ts';
import { receiveAlarmState } from './receive-alarm.ts';
import { receiveDispatch } from './receive-dispatch.ts';
import { alarmsOf, receiveHistory, receivePatient, receiveReading } from './receive-patient.ts';
import type { Ward } from './ward.ts';

/** Without the alarm envelope, which is opened first, and the result, which answers a request. */
export type WardMessage = Exclude<HospitalToDoctor, { type: 'alarm' | 'result' }>;

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
      };
    case 'complete':
      return { ...ward, complete: true };
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

/** After a stream has begun anew: whom the hospital did not name is not this device's to see any more. */
export function forgetUnnamed(ward: Ward, named: ReadonlySet<string>): Ward {
  if ([...ward.patients.keys()].every((id) => named.has(id))) return ward;
  return {
    ...ward,
    patients: new Map([...ward.patients].filter(([id]) => named.has(id))),
    alarms: alarmsOf(ward.alarms, named),
  };
}
