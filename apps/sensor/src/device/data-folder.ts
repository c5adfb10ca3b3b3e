// A sensor's data folder: the local key and the store sealed under it.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ActivationLink } from '@vitalseal/certifying-authority';
import { sameIdentity } from '@vitalseal/protocol';
import { enrolDevice, localKeyFile, sqliteStorage } from '@vitalseal/secure-element/node';
import { type ElementStorage, sealedStorage } from '@vitalseal/secure-element/storage';
import { SensorError } from '../errors.ts';
import { installChain, loadSensorDevice, notEnrolled, ownKey, type SensorDevice } from './sensor-device.ts';

const storeIn = (folder: string) => join(folder, 'sensor.db');

async function openFolder(folder: string): Promise<ElementStorage> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const localKey = localKeyFile(join(folder, 'local.key'));
  return sealedStorage(sqliteStorage({ path: storeIn(folder) }), localKey);
}

/** @throws SensorError `sensor-not-enrolled` @throws SecureElementError `storage-in-use` */
export async function openSensorDevice(folder: string): Promise<SensorDevice> {
  // A folder's name that was mistyped makes no new one.
  if (!existsSync(storeIn(folder))) throw notEnrolled();
  const storage = await openFolder(folder);
  try {
    return await loadSensorDevice(storage);
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** @throws SensorError `sensor-role-expected`, `sensor-already-enrolled` @throws CertificateError */
export async function enrolSensor(folder: string, link: ActivationLink): Promise<void> {
  if (link.identity.role !== 'sensor') {
    throw new SensorError('sensor-role-expected', 'expected an activation link that was made for a sensor');
  }
  const storage = await openFolder(folder);
  try {
    const own = await ownKey(storage, link.identity);
    if (!sameIdentity(own.identity, link.identity)) {
      throw new SensorError('sensor-already-enrolled', 'expected a data folder of no other sensor');
    }
    await installChain(storage, await enrolDevice(link, own.request));
  } finally {
    await storage.close();
  }
}
