/**
 * The replacement of each of the hospital's keys while it serves. Each step leaves both keys usable until the new one is in
 * force everywhere, so that ending half-way loses nothing: the same command again goes on.
 */
import { erasuresFile } from '../at-rest/erasures.ts';
import { oldestWrappingInUse, rewrap } from '../at-rest/rewrap.ts';
import { resealFile } from '../at-rest/sealed-file.ts';
import { anchorFile } from '../at-rest/store-anchor.ts';
import { operator } from '../audit/acts.ts';
import { LogKeeper } from '../audit/log-keeper.ts';
import type { Store } from '../store/open-store.ts';
import { renewFor, renewListeners } from './enrol-hospital.ts';
import { newWrappingKey, type WrappingKey } from './key-store.ts';
import { keysReplaced } from './keys-replaced.ts';
import { readListenerIdentity, writeListenerIdentity } from './listener-key.ts';
import type { OpenedKeyStore } from './open-key-store.ts';
import type { StoredHospitalKeys } from './read-hospital-keys.ts';
import {
  parseRecoveryRecord,
  readRecoveryRecord,
  withCopiesOf,
  writeRecoveryRecord,
} from './recovery/recovery-record.ts';

export interface Rotation {
  readonly dataDir: string;
  readonly store: Store;
  readonly keyStore: OpenedKeyStore;
  readonly keys: StoredHospitalKeys;
}

/** A new key of the hospital itself, certified by a proof with the one before. @throws HospitalError, CertificateError */
export async function rotateIdentity({ dataDir, store, keyStore, keys }: Rotation): Promise<void> {
  const next = await keyStore.nextIdentityKey(keys.identityKey.spki);
  await renewFor(dataDir, keys, next);
  await store.audit.record(rotated('identity'));
  await keysReplaced(store);
  await keyStore.retireIdentityKeys(next.spki);
}

/** A new key and certificate of the listeners. @throws HospitalError, CertificateError */
export async function rotateListener({ dataDir, store, keyStore, keys }: Rotation): Promise<void> {
  await renewListeners(dataDir, keys, keyStore);
  await store.audit.record(rotated('listener'));
  await keysReplaced(store);
}

/**
 * A newer wrapping key, and every data key wrapped under it. The older ones stay for backups that were made under them.
 * @param options.forgetOlder destroys them: backups of before open no more
 * @returns how many data keys were wrapped anew
 */
export async function rotateWrapping(
  { dataDir, store, keyStore }: Rotation,
  { forgetOlder }: { forgetOlder: boolean },
): Promise<number> {
  const held = await keyStore.wrappingKeys();
  const newest = newWrappingKey(held);
  // First: from the moment that the hospital has it, something may be wrapped under it.
  copyToRecovery(dataDir, [newest, ...held]);
  await keyStore.addWrappingKey(newest);
  await keysReplaced(store);
  writeListenerIdentity(dataDir, newest, readListenerIdentity(dataDir, await keyStore.wrappingKeys()));
  const wrapped = await rewrap(store, await keyStore.wrappingKeys());
  await store.audit.record(rotated('wrapping', { version: newest.version }));
  if (forgetOlder && ((await oldestWrappingInUse(store)) ?? newest.version) >= newest.version) {
    const keys = await keyStore.wrappingKeys();
    for (const name of [anchorFile, erasuresFile]) await resealFile(dataDir, name, keys);
    await keyStore.dropWrappingKeysBelow(newest.version);
    copyToRecovery(dataDir, [newest]);
    await store.audit.record({ kind: 'key-rotated', actor: operator(), what: { key: 'wrapping', forgotten: true } });
  }
  await keysReplaced(store);
  return wrapped;
}

/** A new key of the audit log: the log names it under the one before. */
export async function rotateAudit({ dataDir, store, keyStore }: Rotation): Promise<void> {
  const next = await keyStore.nextAuditKey();
  await new LogKeeper({ store, dataDir, key: () => keyStore.auditKey }).changeKey(next.spki, operator());
  await keyStore.retireAuditKey();
  await keysReplaced(store);
}

function copyToRecovery(dataDir: string, keys: readonly WrappingKey[]): void {
  const text = readRecoveryRecord(dataDir);
  if (text !== undefined) writeRecoveryRecord(dataDir, withCopiesOf(parseRecoveryRecord(text), keys));
}

function rotated(key: string, more: Record<string, string | number> = {}) {
  return { kind: 'key-rotated', actor: operator(), what: { key, ...more } } as const;
}
