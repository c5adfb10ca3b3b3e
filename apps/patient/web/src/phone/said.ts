// What goes the way of a reading and is none: a call for help, what is shared, and that the phone was put back.

import { mdc, type Reading, saidCodes } from '@vitalseal/protocol';

export function isCallForHelp({ measurements }: Pick<Reading, 'measurements'>): boolean {
  return measurements.some(({ code }) => code === mdc.helpRequested);
}

export function saysSomethingElse({ measurements }: Pick<Reading, 'measurements'>): boolean {
  return measurements.some(({ code }) => saidCodes.has(code));
}
