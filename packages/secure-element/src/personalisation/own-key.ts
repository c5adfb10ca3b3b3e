// The element's own P-256 key. It is made here, is kept sealed under the local key, and leaves the element as a
// signature only; the certification request is the one thing made of it that goes out.

import {
  createRequest,
  exportPrivateKey,
  exportPublicKey,
  generateKeyPair,
  importPrivateKey,
} from '@vitalseal/certifying-authority';
import { type Bytes, encodeCbor, formatIdentity, type Identity, parseIdentity, randomBytes } from '@vitalseal/protocol';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedBytes, storedFields, storedText } from '../storage/stored.ts';
import type { Transaction } from '../storage/transaction.ts';

export type PrivateKey = Awaited<ReturnType<typeof importPrivateKey>>;

export interface OwnKey {
  readonly identity: Identity;
  readonly privateKey: PrivateKey;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Bytes;
  /** PKCS #10, DER. */
  readonly request: Bytes;
  /** Names the number space of readings entered by hand, as a channel names that of a sensor's. */
  readonly ownSeries: Bytes;
}

/** In the store. */
export const ownKeyName = 'own-key';

export async function loadOwnKey(storage: ElementStorage): Promise<OwnKey | undefined> {
  const stored = await storage.read(ownKeyName);
  if (stored === undefined) return undefined;
  const [identity, privateKey, publicKey, request, ownSeries] = storedFields(stored, 5);
  return {
    identity: parseIdentity(storedText(identity)),
    privateKey: await importPrivateKey(storedBytes(privateKey)),
    publicKey: storedBytes(publicKey),
    request: storedBytes(request),
    ownSeries: storedBytes(ownSeries),
  };
}

/** PKCS #8, DER: for code of the card alone. */
export async function loadOwnPrivateKey(storage: ElementStorage): Promise<Bytes | undefined> {
  const stored = await storage.read(ownKeyName);
  if (stored === undefined) return undefined;
  const [, privateKey] = storedFields(stored, 5);
  return storedBytes(privateKey);
}

export async function makeOwnKey(transaction: Transaction, identity: Identity): Promise<OwnKey> {
  const pair = await generateKeyPair({ extractable: true });
  const privateKey = await exportPrivateKey(pair.privateKey);
  const own: OwnKey = {
    identity,
    privateKey: await importPrivateKey(privateKey),
    publicKey: await exportPublicKey(pair.publicKey),
    request: await createRequest(pair, identity),
    ownSeries: randomBytes(8),
  };
  transaction.put(
    ownKeyName,
    encodeCbor([formatIdentity(identity), privateKey, own.publicKey, own.request, own.ownSeries]),
  );
  return own;
}
