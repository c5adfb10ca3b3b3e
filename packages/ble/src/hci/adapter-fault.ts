// Why an adapter cannot be had, from what the system answered: in words and with a code of ours, and nothing of where it is.

import { BleError } from '../errors.ts';

const systemErrors: Readonly<Record<string, number>> = { EPERM: 1, ENOENT: 2, EACCES: 13, EBUSY: 16, EROFS: 30 };

const noPermission = new Set([1, 13]);
/** EBUSY: it is up, or somebody has it; EUSERS: somebody has it for himself. */
const taken = new Set([16, 87]);
/** ENODEV, ENXIO, ENOENT. */
const absent = new Set([2, 6, 19]);
/** EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT. */
const unknownToKernel = new Set([97, 93, 94]);
const switchedOff = 132;

/** @param error of the system, its number (Linux) or Node's error @param what was to be had */
export function adapterFault(error: unknown, what: string): BleError {
  const number = typeof error === 'number' ? error : numberOf(error);
  const cause = typeof error === 'number' ? undefined : { cause: error };
  if (noPermission.has(number)) return new BleError('radio-not-permitted', `expected the right to use ${what}`, cause);
  if (taken.has(number)) return new BleError('radio-in-use', `expected ${what} to be used by nobody else`, cause);
  if (absent.has(number)) return new BleError('radio-unavailable', `expected ${what} to be there`, cause);
  if (unknownToKernel.has(number)) return new BleError('radio-unavailable', 'expected a kernel with Bluetooth', cause);
  if (number === switchedOff)
    return new BleError('radio-unavailable', `expected ${what} not to be switched off`, cause);
  return new BleError('radio-unavailable', `could not open ${what}`, cause);
}

function numberOf(error: unknown): number {
  const { code } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined };
  return (code !== undefined && systemErrors[code]) || 0;
}
