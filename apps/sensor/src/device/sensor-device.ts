// The sensor as a device: its identity, its key and certificate, and the memory it keeps records in.

import {
  createRequest,
  exportPrivateKey,
  generateKeyPair,
  importPrivateKey,
  type KeyPair,
  type WebKey,
} from '@vitalseal/certifying-authority';
import { type Bytes, encodeCbor, formatIdentity, type Identity, parseIdentity } from '@vitalseal/protocol';
import {
  type ElementStorage,
  memoryStorage,
  sealedStorage,
  storedBytes,
  storedFields,
  storedList,
  storedText,
} from '@vitalseal/secure-element/storage';
import { SensorError } from '../errors.ts';

export interface SensorDevice {
  readonly identity: Identity;
  /** DER, leaf first, without the root. */
  readonly chain: readonly Bytes[];
  /** DER. */
  readonly root: Bytes;
  readonly privateKey: WebKey;
  /** Sealed at rest. */
  readonly storage: ElementStorage;
}

const keyName = 'own-key';
const certificatesName = 'certificates';

export interface OwnKey {
  readonly identity: Identity;
  readonly privateKey: WebKey;
  /** PKCS #10, DER. */
  readonly request: Bytes;
}

/** Makes the key on first use; asked again it gives the same request, so that an enrolment that was cut off goes on. */
export async function ownKey(storage: ElementStorage, identity: Identity): Promise<OwnKey> {
  const stored = await loadOwnKey(storage);
  if (stored) return stored;
  const pair: KeyPair = await generateKeyPair({ extractable: true });
  const privateKey = await exportPrivateKey(pair.privateKey);
  const request = await createRequest(pair, identity);
  const value = encodeCbor([formatIdentity(identity), privateKey, request]);
  await storage.commit([{ name: keyName, value }]);
  return { identity, privateKey: await importPrivateKey(privateKey), request };
}

async function loadOwnKey(storage: ElementStorage): Promise<OwnKey | undefined> {
  const stored = await storage.read(keyName);
  if (!stored) return undefined;
  const [identity, privateKey, request] = storedFields(stored, 3);
  return {
    identity: parseIdentity(storedText(identity)),
    privateKey: await importPrivateKey(storedBytes(privateKey)),
    request: storedBytes(request),
  };
}

export async function installChain(
  storage: ElementStorage,
  { chain, root }: { chain: readonly Bytes[]; root: Bytes },
): Promise<void> {
  await storage.commit([{ name: certificatesName, value: encodeCbor([[...chain], root]) }]);
}

export function notEnrolled(): SensorError {
  return new SensorError('sensor-not-enrolled', 'expected a sensor that was enrolled: run "vitalseal sensor enrol"');
}

/** @throws SensorError `sensor-not-enrolled` */
export async function loadSensorDevice(storage: ElementStorage): Promise<SensorDevice> {
  const own = await loadOwnKey(storage);
  const stored = await storage.read(certificatesName);
  if (!own || !stored) throw notEnrolled();
  const [chain, root] = storedFields(stored, 2);
  return {
    identity: own.identity,
    privateKey: own.privateKey,
    chain: storedList(chain).map(storedBytes),
    root: storedBytes(root),
    storage,
  };
}

/** A sensor that lives as long as the process: for many of them in one program. */
export async function temporarySensorDevice(fields: Omit<SensorDevice, 'storage'>): Promise<SensorDevice> {
  const localKey = globalThis.crypto.getRandomValues(new Uint8Array(32));
  return { ...fields, storage: await sealedStorage(memoryStorage(), localKey) };
}
