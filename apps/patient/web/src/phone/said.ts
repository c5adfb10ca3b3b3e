// What goes the way of a reading and is none: a call for help, what is shared, and that the phone was put back.

import { mdc, type Reading } from '@vitalseal/protocol';

const other: ReadonlySet<number> = new Set([mdc.helpRequested, mdc.readingsShared, mdc.placeShared, mdc.phonePutBack]);

export function isCallForHelp({ measurements }: Pick<Reading, 'measurements'>): boolean {
  return measurements.some(({ code }) => code === mdc.helpRequested);
}

export function saysSomethingElse({ measurements }: Pick<Reading, 'measurements'>): boolean {
  return measurements.some(({ code }) => other.has(code));
}
