// What a software card keeps to itself, for tests that look for it elsewhere. It takes the store, the device key and the
// PIN, all three: that is what stands before these.

import type { Bytes } from '@vitalseal/protocol';
import { loadDomainState } from '../administration/domain-state.ts';
import { PinVault } from '../card/pin/pin-vault.ts';
import { SecureElement } from '../secure-element.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { prefixedStorage } from '../storage/prefixed-storage.ts';
import { sealedStorage } from '../storage/sealed-storage.ts';

export interface SecretsOfCard {
  readonly stateKey: Bytes;
  /** PKCS #8, DER. */
  readonly privateKey: Bytes;
  /** The one that the hospital put in place of the activation code's; 32 bytes. */
  readonly administrationKey: Bytes;
}

/** @param storage of a card that is closed; it is closed again */
export async function secretsOfCard(storage: ElementStorage, deviceKey: Bytes, pin: string): Promise<SecretsOfCard> {
  const device = await sealedStorage(storage, deviceKey);
  const vault = new PinVault({ storage: prefixedStorage(device, 'pin/'), deviceKey });
  const field = new Uint8Array(8).fill(0xff).map((filling, at) => (at < pin.length ? pin.charCodeAt(at) : filling));
  let stateKey: Bytes | undefined;
  vault.whenOpened((key) => {
    stateKey = key;
  });
  await vault.verify(field);
  if (!stateKey) throw new Error('expected the PIN of the card');
  const element = await SecureElement.open({ storage: prefixedStorage(storage, 'mha/'), localKey: stateKey });
  const { privateKey } = await element.linkCredential();
  const { psk } = await loadDomainState(prefixedStorage(device, 'isd/'));
  if (!psk) throw new Error('expected a card that its hospital administers');
  await storage.close();
  return { stateKey, privateKey, administrationKey: psk };
}
