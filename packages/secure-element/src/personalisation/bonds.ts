// Whom this element talks to: its patient's sensors, and one hospital. A certificate of our authority is not enough; a
// neighbour's sensor has one too.

import { encodeCbor, formatIdentity, type Identity, parseIdentity, sameIdentity } from '@vitalseal/protocol';
import { SecureElementError } from '../errors.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedFields, storedList, storedText } from '../storage/stored.ts';
import type { Transaction } from '../storage/transaction.ts';
import type { SensorCodes } from './sensor-codes.ts';

export interface Bonds {
  readonly sensors: readonly Identity[];
  /** Undefined until the first handshake with a certified hospital, which then stays. */
  readonly hospital: Identity | undefined;
}

const name = 'bonds';

export async function loadBonds(storage: ElementStorage): Promise<Bonds> {
  const stored = await storage.read(name);
  if (stored === undefined) return { sensors: [], hospital: undefined };
  const [sensors, hospital] = storedFields(stored, 2);
  return {
    sensors: storedList(sensors).map((sensor) => parseIdentity(storedText(sensor))),
    hospital: hospital === null ? undefined : parseIdentity(storedText(hospital)),
  };
}

export function saveBonds(transaction: Transaction, { sensors, hospital }: Bonds): void {
  transaction.put(name, encodeCbor([sensors.map(formatIdentity), hospital ? formatIdentity(hospital) : null]));
}

/** Those that the hospital, or the phone, has named, and those of whose codes the patient has given. */
export function bondedSensors({ bonds, sensorCodes }: { bonds: Bonds; sensorCodes: SensorCodes }): Identity[] {
  const named = bonds.sensors;
  const byCode = sensorCodes.bonded.map(({ sensor }) => sensor);
  return [...named, ...byCode.filter((sensor) => !named.some((other) => sameIdentity(other, sensor)))];
}

/** @throws SecureElementError `peer-not-bonded` */
export function expectBondedSensor(sensors: readonly Identity[], sensor: Identity): void {
  if (!sensors.some((bonded) => sameIdentity(bonded, sensor))) {
    throw new SecureElementError('peer-not-bonded', 'expected a sensor that this element is bonded with');
  }
}

/** @throws SecureElementError `peer-not-bonded` */
export function expectBondedHospital(bonds: Bonds, hospital: Identity): void {
  if (bonds.hospital && !sameIdentity(bonds.hospital, hospital)) {
    throw new SecureElementError('peer-not-bonded', 'expected the hospital that this element is bonded with');
  }
}
