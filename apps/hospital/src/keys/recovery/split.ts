/** The recovery secret in shares, by Shamir's scheme: fewer than are needed say nothing of it. */
import type { Bytes } from '@vitalseal/protocol';
import { combine, split } from 'shamir-secret-sharing';
import { HospitalError } from '../../errors.ts';
import type { WrappingKey } from '../key-store.ts';
import { newRecovery, type RecoveryRecord, recoverWrappingKeys } from './recovery-record.ts';
import { readShare, writeShare } from './share-text.ts';

export const mostShares = 16;

export interface SplitSecret {
  readonly record: RecoveryRecord;
  /** As people keep them: told once. */
  readonly shares: readonly string[];
}

/** @throws HospitalError `invalid-option` */
export async function splitRecovery(
  keys: readonly WrappingKey[],
  { need, of }: { need: number; of: number },
  now = Date.now(),
): Promise<SplitSecret> {
  // One share would be the secret itself, with one person.
  const sound = Number.isInteger(need) && Number.isInteger(of) && need >= 2 && of >= need && of <= mostShares;
  if (!sound) {
    throw new HospitalError('invalid-option', `expected at least 2 shares to be needed, of at most ${mostShares}`);
  }
  const { record, secret } = newRecovery(keys, { need, of, now });
  const shares = await split(secret, of, need);
  secret.fill(0);
  return { record, shares: shares.map((share) => writeShare(new Uint8Array(share))) };
}

/** @param shares as people typed them @throws HospitalError `recovery-refused` */
export async function recover(record: RecoveryRecord, shares: readonly string[]): Promise<readonly WrappingKey[]> {
  const distinct = new Map(shares.map((text) => [writeShare(readShare(text)), readShare(text)]));
  if (distinct.size < record.need) {
    throw new HospitalError('recovery-refused', `expected ${record.need} different shares`);
  }
  const secret = new Uint8Array(await joined([...distinct.values()]));
  try {
    return recoverWrappingKeys(record, secret);
  } finally {
    secret.fill(0);
  }
}

async function joined(shares: Bytes[]): Promise<Uint8Array> {
  try {
    return await combine(shares);
  } catch {
    throw new HospitalError('recovery-refused', 'expected shares of one secret, each another one');
  }
}
