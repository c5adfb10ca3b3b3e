// Command qualifiers that are a choice: TS 102 223 section 8.6.

import type { LocalInformation, TimerManagement } from './proactive-command.ts';

/** In the order of their codes. */
export const timerActions: readonly TimerManagement['action'][] = ['start', 'deactivate', 'get'];

const localInformationCodes = new Map<LocalInformation, number>([
  ['location', 0x00],
  ['imei', 0x01],
  ['date-time-zone', 0x03],
  ['language', 0x04],
  ['battery-state', 0x0a],
]);

export function localInformationCode(information: LocalInformation): number {
  return typeof information === 'number' ? information : (localInformationCodes.get(information) ?? 0);
}

export function localInformationOf(code: number): LocalInformation {
  for (const [information, one] of localInformationCodes) if (one === code) return information;
  return code;
}
