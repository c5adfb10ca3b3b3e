// Whether somebody has begun to personalise the element: it holds a key or a certificate. Names in the store are not
// sealed, so that this can be told before the PIN.

import type { ElementStorage } from '../storage/element-storage.ts';
import { certificatesName } from './certificates.ts';
import { ownKeyName } from './own-key.ts';

export async function isTaken(storage: ElementStorage): Promise<boolean> {
  const names = [...(await storage.list(ownKeyName)), ...(await storage.list(certificatesName))];
  return names.includes(ownKeyName) || names.includes(certificatesName);
}
