// What goes the way of a reading and is none: a call for help, and what is shared.

import { mdc, type Reading } from '@vitalseal/protocol';

const other: ReadonlySet<number> = new Set([mdc.helpRequested, mdc.readingsShared, mdc.placeShared]);

export function isCallForHelp({ measurements }: Pick<Reading, 'measurements'>): boolean {
  return measurements.some(({ code }) => code === mdc.helpRequested);
}

export function saysSomethingElse({ measurements }: Pick<Reading, 'measurements'>): boolean {
  return measurements.some(({ code }) => other.has(code));
}
