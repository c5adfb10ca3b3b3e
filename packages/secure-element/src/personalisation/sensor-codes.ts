// Bonds made by the code on a sensor. The patient gives a code; the first certified sensor that proves to hold it is
// bonded, in the commit of that handshake's channel, and the code has served. It is kept beside the bond until the
// sensor's first record shows that message_4 has reached it: a sensor that has not heard it begins again, with the code.

import {
  type Bytes,
  constantTimeEqual,
  encodeCbor,
  formatIdentity,
  type Identity,
  parseIdentity,
  sameIdentity,
} from '@vitalseal/protocol';
import { SecureElementError } from '../errors.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedBytes, storedFields, storedList, storedText } from '../storage/stored.ts';
import type { Transaction } from '../storage/transaction.ts';

export interface CodeBond {
  readonly sensor: Identity;
  /** Until the sensor is known to have bonded itself as well. */
  readonly key: Bytes | undefined;
}

export interface SensorCodes {
  /** Keys of codes whose sensor has not come yet, oldest first. */
  readonly waiting: readonly Bytes[];
  readonly bonded: readonly CodeBond[];
}

export const noSensorCodes: SensorCodes = { waiting: [], bonded: [] };

const name = 'sensor-codes';
/** A mistyped code waits for a sensor that does not exist: the oldest goes. */
const mostWaiting = 4;
const mostBonded = 16;

export async function loadSensorCodes(storage: ElementStorage): Promise<SensorCodes> {
  const stored = await storage.read(name);
  if (stored === undefined) return noSensorCodes;
  const [waiting, bonded] = storedFields(stored, 2);
  return {
    waiting: storedList(waiting).map(storedBytes),
    bonded: storedList(bonded).map((bond) => {
      const [sensor, key] = storedList(bond);
      return { sensor: parseIdentity(storedText(sensor)), key: key === null ? undefined : storedBytes(key) };
    }),
  };
}

export function saveSensorCodes(transaction: Transaction, { waiting, bonded }: SensorCodes): void {
  const bonds = bonded.map(({ sensor, key }) => [formatIdentity(sensor), key ?? null]);
  transaction.put(name, encodeCbor([[...waiting], bonds]));
}

/** The same code again waits once. @throws SecureElementError `bonds-full` */
export function withCode(codes: SensorCodes, key: Bytes): SensorCodes {
  if (codes.bonded.length >= mostBonded) {
    throw new SecureElementError('bonds-full', `expected fewer than ${mostBonded} sensors bonded by their codes`);
  }
  const others = codes.waiting.filter((waiting) => !constantTimeEqual(waiting, key));
  return { ...codes, waiting: [...others, key].slice(-mostWaiting) };
}

/** @param proves whether the sensor holds the key of a code @returns the key that it holds, of those it may be bonded by */
export async function codeProvenBy(
  { waiting, bonded }: SensorCodes,
  sensor: Identity,
  proves: (key: Bytes) => Promise<boolean>,
): Promise<Bytes | undefined> {
  const unconfirmed = bonded.find((bond) => sameIdentity(bond.sensor, sensor))?.key;
  for (const key of unconfirmed ? [...waiting, unconfirmed] : waiting) if (await proves(key)) return key;
  return undefined;
}

export function withBond({ waiting, bonded }: SensorCodes, sensor: Identity, key: Bytes): SensorCodes {
  return {
    waiting: waiting.filter((other) => !constantTimeEqual(other, key)),
    bonded: [...bonded.filter((bond) => !sameIdentity(bond.sensor, sensor)), { sensor, key }],
  };
}

/** @returns undefined where there is nothing to confirm */
export function withBondConfirmed({ waiting, bonded }: SensorCodes, sensor: Identity): SensorCodes | undefined {
  const isToConfirm = (bond: CodeBond) => bond.key !== undefined && sameIdentity(bond.sensor, sensor);
  if (!bonded.some(isToConfirm)) return undefined;
  return { waiting, bonded: bonded.map((bond) => (isToConfirm(bond) ? { ...bond, key: undefined } : bond)) };
}

export function withoutBond({ waiting, bonded }: SensorCodes, sensor: Identity): SensorCodes {
  return { waiting, bonded: bonded.filter((bond) => !sameIdentity(bond.sensor, sensor)) };
}
