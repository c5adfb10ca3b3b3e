/** A key that signs checkpoints, in memory. */
import { generateKeyPairSync, sign } from 'node:crypto';
import type { SigningKey } from '../keys/key-store.ts';

export function testAuditKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    sign: async (bytes) => new Uint8Array(sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
  };
}
