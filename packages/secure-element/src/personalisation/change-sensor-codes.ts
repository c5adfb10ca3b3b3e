// What the patient does about bonds by code.

import type { Identity } from '@vitalseal/protocol';
import type { ElementState } from '../element-state.ts';
import { Transaction } from '../storage/transaction.ts';
import { bondedSensors, expectBondedSensor } from './bonds.ts';
import { type SensorCodes, saveSensorCodes, withoutBond } from './sensor-codes.ts';

export async function changeSensorCodes(
  state: ElementState,
  change: (codes: SensorCodes) => SensorCodes,
  transaction = new Transaction(),
): Promise<void> {
  const codes = change(state.sensorCodes);
  saveSensorCodes(transaction, codes);
  await transaction.commit(state.storage);
  state.sensorCodes = codes;
}

/** @throws SecureElementError `peer-not-bonded` */
export async function forgetSensor(state: ElementState, sensor: Identity): Promise<void> {
  expectBondedSensor(bondedSensors(state), sensor);
  const transaction = new Transaction();
  const named = state.bonds.sensors.some(({ id }) => id === sensor.id);
  // One that the hospital has named as well stays: that is not the patient's list.
  if (!named) state.sensorChannels.removeOf(transaction, sensor);
  await changeSensorCodes(state, (codes) => withoutBond(codes, sensor), transaction);
}
