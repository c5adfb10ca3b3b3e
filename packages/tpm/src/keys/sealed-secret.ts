// A secret that the TPM gives back only while registers hold given values, and only on this machine: the key that wraps the
// hospital's data keys. There is no authorization value beside the policy: what is on the disk opens nothing.
import type { Bytes } from '@vitalseal/protocol';
import { createObject, type KeyBlob } from '../commands/object.ts';
import { readPcr } from '../commands/pcr.ts';
import { unsealObject } from '../commands/sealing.ts';
import { policyPcr, withSession } from '../commands/session.ts';
import { keyAttributes } from '../structures/object-attributes.ts';
import { sealedTemplate } from '../structures/public-area.ts';
import { withLoaded } from './loaded.ts';
import { type PcrValues, pcrPolicyDigest } from './pcr-policy.ts';
import type { StorageRoot } from './storage-root.ts';

/** @param secret at most 128 bytes @param values as they are now (`readPcrs`) or as they will be under another release */
export async function sealUnderPcr(root: StorageRoot, secret: Bytes, values: PcrValues): Promise<KeyBlob> {
  if (secret.length === 0 || secret.length > 128) throw new RangeError('expected a secret of 1 to 128 bytes');
  return await createObject(
    root.tpm,
    root.key,
    root.session.authorize({ secretCommand: true }),
    sealedTemplate(keyAttributes.sealed, pcrPolicyDigest(values)),
    { data: secret },
  );
}

/** @throws TpmError `tpm-refused` with `TPM_RC_POLICY_FAIL` while the registers hold other values than it was sealed for */
export async function unsealUnderPcr(root: StorageRoot, blob: KeyBlob, pcrs: readonly number[]): Promise<Bytes> {
  return await withLoaded(root, blob, (object) =>
    withSession(root.tpm, 'policy', root.key, async (session) => {
      await policyPcr(root.tpm, session, pcrs);
      return await unsealObject(root.tpm, object, session.authorize({ secretResponse: true }));
    }),
  );
}

export async function readPcrs(root: Pick<StorageRoot, 'tpm'>, pcrs: readonly number[]): Promise<PcrValues> {
  const values = new Map<number, Bytes>();
  for (const pcr of pcrs) values.set(pcr, await readPcr(root.tpm, pcr));
  return values;
}
