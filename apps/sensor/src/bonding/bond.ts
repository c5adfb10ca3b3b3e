// Whose sensor this is: nobody's, until a patient's element has proved to be given the code on it; then that patient's,
// until somebody resets the sensor. Nothing that comes over the link changes it.

import {
  type Bytes,
  encodeCbor,
  formatIdentity,
  generateSensorCode,
  type Identity,
  parseIdentity,
  sensorCodeKey,
} from '@vitalseal/protocol';
import { type ElementStorage, storedBytes, storedFields, storedText } from '@vitalseal/secure-element/storage';

const bondName = 'bond';
const codeName = 'code';
/** What a sensor is born with, and keeps when it is reset. */
const kept = new Set(['own-key', 'certificates', codeName]);

export interface CodeOfSensor {
  /** 25 digits, as on the label. */
  readonly code: string;
  readonly key: Bytes;
}

/** Made on first use; a sensor with a label has it from where it was made. */
export async function ownCode(storage: ElementStorage): Promise<CodeOfSensor> {
  const stored = await storage.read(codeName);
  if (!stored) return newCode(storage);
  const [code, key] = storedFields(stored, 2);
  return { code: storedText(code), key: storedBytes(key) };
}

async function newCode(storage: ElementStorage): Promise<CodeOfSensor> {
  const code = generateSensorCode();
  const key = await sensorCodeKey(code);
  await storage.commit([{ name: codeName, value: encodeCbor([code, key]) }]);
  return { code, key };
}

export async function bondedPatient(storage: ElementStorage): Promise<Identity | undefined> {
  const stored = await storage.read(bondName);
  if (!stored) return undefined;
  const [patient] = storedFields(stored, 1);
  return parseIdentity(storedText(patient));
}

/** @returns undefined for a sensor that was not bonded by its code */
export async function codeOfBond(storage: ElementStorage): Promise<Bytes | undefined> {
  return (await storage.read(bondName)) && (await ownCode(storage)).key;
}

export async function keepBond(storage: ElementStorage, patient: Identity): Promise<void> {
  await storage.commit([{ name: bondName, value: encodeCbor([formatIdentity(patient)]) }]);
}

/**
 * In one commit: the bond, the channels and every record that the patient's element has not confirmed. What was measured
 * on one patient must never reach the next one's element.
 */
export async function resetSensor(storage: ElementStorage, { replaceCode = false } = {}): Promise<void> {
  const names = (await storage.list('')).filter((name) => !kept.has(name));
  const gone = replaceCode ? [...names, codeName] : names;
  await storage.commit(gone.map((name) => ({ name, value: null })));
}
