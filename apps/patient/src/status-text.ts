// What the phone says of itself, in words a patient can use and in no values that were measured.

import type { HospitalRelease } from '@vitalseal/secure-element/terminal';
import type { DeliveryState } from './hospital/delivery-state.ts';
import type { GatewayStatus } from './start-gateway.ts';

/** `running` is undefined where the status comes from the store and no gateway runs. */
export type StatusReport = Omit<GatewayStatus, 'delivery' | 'linkedSensors'> & {
  readonly running: Pick<GatewayStatus, 'delivery' | 'linkedSensors'> | undefined;
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
  if (status.codesWaiting > 0) lines.push(`codes given whose sensor has not come: ${status.codesWaiting}`);
  if (!status.personalised) lines.push('this phone is not enrolled');
  return lines.join('\n');
}

export function delivery(state: DeliveryState, now: number): string {
  if (state.state === 'idle') return 'everything is delivered';
  if (state.state === 'sending') return 'sending';
  const again = Math.max(0, Math.ceil((state.nextAttemptAt - now) / 1000));
  return `waiting for ${age(now - state.since)} (${state.code}), next attempt in ${again} s`;
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
