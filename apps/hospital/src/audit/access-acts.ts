/** What people at the hospital's pages do and see, as the log tells it. */
import type { AuditAct } from '@vitalseal/audit';
import {
  bytesToHex,
  type DoctorToHospital,
  formatIdentity,
  type Identity,
  type OfficeToHospital,
} from '@vitalseal/protocol';
import type { OpenChannel } from '../channels/open-channel.ts';

export interface AlarmReceipt {
  readonly alarm: string;
  readonly kind: 'received' | 'opened' | 'acknowledged';
  readonly by: string;
  readonly patient: Identity | undefined;
}

export function receiptAct({ alarm, kind, by, patient }: AlarmReceipt): AuditAct {
  return { kind: `alarm-${kind}`, actor: by, ...concerning(patient), what: { alarm } };
}

export interface ChangedCall {
  readonly call: string;
  readonly alarm: string;
  readonly patient: Identity | undefined;
  readonly by: string;
  readonly state: string;
}

export function callChanged({ call, alarm, patient, by, state }: ChangedCall): AuditAct {
  return { kind: 'call-changed', actor: by, ...concerning(patient), what: { call, alarm, state } };
}

/** `from`: UTC ms of the measurements. */
export function historyRead({ patient, by, from }: { patient: Identity; by: string; from: number }): AuditAct {
  return { kind: 'history-read', actor: by, ...concerning(patient), what: { from } };
}

/** Somebody whom we know asked for what is not theirs. */
export function refusedAct(
  { peerName }: OpenChannel,
  message: DoctorToHospital | OfficeToHospital,
  refused: string,
): AuditAct {
  const patient = 'patient' in message && typeof message.patient === 'object' ? message.patient : undefined;
  return { kind: 'access-refused', actor: peerName, ...concerning(patient), refused, what: { asked: message.type } };
}

export function concerning(patient: Identity | undefined): { readonly patient?: string } {
  return patient === undefined ? {} : { patient: formatIdentity(patient) };
}

export interface Watched {
  readonly change: 'began' | 'ended';
  readonly patients: readonly { readonly identity: Identity }[];
}

/** A live feed is an access to those it shows, from when until when. */
export function watchAct({ id, peerName }: OpenChannel, { change, patients }: Watched): AuditAct {
  const what = { channel: bytesToHex(id), patients: patients.map(({ identity }) => formatIdentity(identity)) };
  return { kind: `watch-${change}`, actor: peerName, what };
}
