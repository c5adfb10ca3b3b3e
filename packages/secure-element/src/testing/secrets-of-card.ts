// What a software card keeps to itself, for tests that look for it elsewhere. It takes the store, the device key and the
// PIN, all three: that is what stands before these.

import type { Bytes } from '@vitalseal/protocol';
import { PinVault } from '../card/pin/pin-vault.ts';
import { SecureElement } from '../secure-element.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { prefixedStorage } from '../storage/prefixed-storage.ts';
import { sealedStorage } from '../storage/sealed-storage.ts';

export interface SecretsOfCard {
  readonly stateKey: Bytes;
  /** PKCS #8, DER. */
  readonly privateKey: Bytes;
}

/** @param storage of a card that is closed; it is closed again */
export async function secretsOfCard(storage: ElementStorage, deviceKey: Bytes, pin: string): Promise<SecretsOfCard> {
  const vault = new PinVault({ storage: prefixedStorage(await sealedStorage(storage, deviceKey), 'pin/'), deviceKey });
  const field = new Uint8Array(8).fill(0xff).map((filling, at) => (at < pin.length ? pin.charCodeAt(at) : filling));
  await vault.verify(field);
  const { stateKey } = vault;
  if (!stateKey) throw new Error('expected the PIN of the card');
  const element = await SecureElement.open({ storage: prefixedStorage(storage, 'mha/'), localKey: stateKey });
  const { privateKey } = await element.linkCredential();
  await storage.close();
  return { stateKey, privateKey };
}
