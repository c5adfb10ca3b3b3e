/**
 * What the hospital signs for a doctor's device is checked with the certificate that their channel was agreed with. With
 * another key behind the hospital's certificate those channels end, and the devices shake hands anew by themselves.
 */
import { createHash } from 'node:crypto';
import { parseCertificate } from '@vitalseal/certifying-authority';
import type { ChannelRegistry } from '../channels/channel-registry.ts';
import type { Store } from '../store/open-store.ts';
import { type HospitalKeys, leafOf } from './hospital-keys.ts';

const setting = 'step3-signed-by';

/** @returns how many were closed */
export async function closeChannelsOfOtherKey(
  { store, registry }: { store: Store; registry: ChannelRegistry },
  keys: Pick<HospitalKeys, 'chain'>,
): Promise<number> {
  const { publicKeySpki } = parseCertificate(leafOf(keys));
  const signer = createHash('sha256').update(publicKeySpki).digest('hex');
  const before = await store.settings.get(setting);
  if (before === signer) return 0;
  const ids = before === undefined ? [] : await store.channels.ofStep(3);
  if (ids.length > 0) await registry.close(ids);
  await store.settings.set(setting, signer);
  return ids.length;
}
