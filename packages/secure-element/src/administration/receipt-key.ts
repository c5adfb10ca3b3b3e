// The security domain's own P-256 key, made at the card's first start. It signs receipts only. It is not the MHA's key,
// which the PIN seals and which termination destroys: a stolen card has to give its proof without either.

import { exportPrivateKey, exportPublicKey, generateKeyPair, importPrivateKey } from '@vitalseal/certifying-authority';
import { type Bytes, encodeCbor } from '@vitalseal/protocol';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedBytes, storedFields } from '../storage/stored.ts';
import { Transaction } from '../storage/transaction.ts';

export interface ReceiptKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Bytes;
  /** ES256: r || s. */
  readonly sign: (input: Bytes) => Promise<Bytes>;
}

const name = 'receipt-key';

export async function receiptKey(storage: ElementStorage): Promise<ReceiptKey> {
  const stored = (await storage.read(name)) ?? (await make(storage));
  const [privateKey, publicKey] = storedFields(stored, 2).map(storedBytes);
  const key = await importPrivateKey(storedBytes(privateKey));
  return {
    publicKey: storedBytes(publicKey),
    sign: async (input) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, input)),
  };
}

async function make(storage: ElementStorage): Promise<Bytes> {
  const pair = await generateKeyPair({ extractable: true });
  const value = encodeCbor([await exportPrivateKey(pair.privateKey), await exportPublicKey(pair.publicKey)]);
  const transaction = new Transaction();
  transaction.put(name, value);
  await transaction.commit(storage);
  return value;
}
