// What the phone says of itself, in words a patient can use and in no values that were measured.

import type { HospitalRelease, PutBack } from '@vitalseal/secure-element/terminal';
import type { DeliveryState } from './hospital/delivery-state.ts';
import type { AdapterState } from './radio/radio-watch.ts';
import type { GatewayStatus, SaidBySensor } from './start-gateway.ts';

/** `running` is undefined where the status comes from the store and no gateway runs. */
export type StatusReport = Omit<GatewayStatus, 'delivery' | 'linkedSensors' | 'said'> & {
  readonly running:
    | (Pick<GatewayStatus, 'delivery' | 'linkedSensors' | 'said'> & { readonly bluetooth?: AdapterState })
    | undefined;
};

/** @param now UTC ms of the readings' clock @param machineNow UTC ms of the machine's */
export function statusText({ running, ...status }: StatusReport, now: number, machineNow: number): string {
  const { counts, waiting, shelf, sensors, hospital } = status;
  const lines = [`confirmed ${counts.acknowledged}, waiting ${waiting.readings}, refused ${shelfSize(status)}`];
  if (waiting.oldestMeasuredAt !== undefined) {
    lines.push(`the oldest waiting reading is ${age(now - waiting.oldestMeasuredAt)} old`);
  }
  for (const { code, readings } of shelf) lines.push(`refused by the hospital: ${readings} (${code})`);
  if (waiting.capacityLeft === 0) lines.push('the outbox is full: sensors keep their readings until there is room');
  if (counts.late > 0) lines.push(`came late and were marked so: ${counts.late}`);
  lines.push(
    `hospital ${hospital.id ?? 'not met yet'}: ${running ? delivery(running.delivery, machineNow) : 'not running'}`,
  );
  if (status.release !== undefined) lines.push(releaseText(status.release));
  const linked = running ? `, ${running.linkedSensors} linked` : '';
  lines.push(`sensors bonded: ${sensors.map(({ id }) => id).join(', ') || 'none'}${linked}`);
  if (running?.bluetooth) lines.push(adapterText(running.bluetooth));
  for (const said of running?.said ?? []) lines.push(`a linked sensor says: ${saidText(said)}`);
  if (status.putBack !== undefined) lines.push(putBackText(status.putBack));
  if (status.codesWaiting > 0) lines.push(`codes given whose sensor has not come: ${status.codesWaiting}`);
  if (!status.personalised) lines.push('this phone is not enrolled');
  return lines.join('\n');
}

export function adapterText(adapter: AdapterState): string {
  return adapter.state === 'on' ? 'bluetooth: on' : `bluetooth: off (${adapter.code})`;
}

export function delivery(state: DeliveryState, now: number): string {
  if (state.state === 'idle') return 'everything is delivered';
  if (state.state === 'sending') return 'sending';
  const again = Math.max(0, Math.ceil((state.nextAttemptAt - now) / 1000));
  return `waiting for ${age(now - state.since)} (${state.code}), next attempt in ${again} s`;
}

export function putBackText({ from, until }: PutBack): string {
  const span = `${new Date(from).toISOString()} and ${new Date(until).toISOString()}`;
  return (
    `THIS PHONE WAS PUT BACK FROM AN OLDER COPY: readings of between ${span} ` +
    'that had not reached the hospital may be missing; the hospital is told'
  );
}

function saidText({ battery, stored }: SaidBySensor): string {
  return `battery ${battery === undefined ? 'unknown' : `${battery} %`}, ${stored} readings stored`;
}

function releaseText(release: HospitalRelease): string {
  switch (release.kind) {
    case 'proved':
      return `the hospital runs ${release.name} ${release.version}, as its TPM proves and the authority vouches`;
    case 'unproved':
      return `the hospital does not prove which release it runs (${release.because})`;
    case 'refuted':
      return `WHAT THE HOSPITAL SAYS OF ITS RELEASE IS WRONG (${release.because}): tell the hospital before you rely on it`;
  }
}

function shelfSize({ shelf }: Pick<StatusReport, 'shelf'>): number {
  return shelf.reduce((sum, { readings }) => sum + readings, 0);
}

function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
