/** A small file of the data folder that nobody can write, or write back in parts, without the key store. */
import { existsSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { keyVersionOf, openValue, sealValue } from './sealed-value.ts';
import { keyFor, newest, ofVersion, type WrappingKeys } from './wrapping.ts';

const place = (name: string) => ['file', name] as const;

/** @returns undefined where it is not there, 'refused' where it is not what was written */
export function readSealedFile(dataDir: string, name: string, keys: WrappingKeys): string | undefined | 'refused' {
  const path = join(dataDir, name);
  if (!existsSync(path)) return undefined;
  try {
    const sealed = readFileSync(path);
    const wrapping = ofVersion(keys, keyVersionOf(sealed));
    return Buffer.from(openValue(keyFor('anchor', wrapping), place(name), sealed)).toString();
  } catch {
    return 'refused';
  }
}

/** Under the newest key: before an older one is destroyed. */
export async function resealFile(dataDir: string, name: string, keys: WrappingKeys): Promise<void> {
  const text = readSealedFile(dataDir, name, keys);
  if (text !== undefined && text !== 'refused') await writeSealedFile(dataDir, name, text, keys);
}

/** Whole or not at all, and on the disk when it resolves. */
export async function writeSealedFile(dataDir: string, name: string, text: string, keys: WrappingKeys): Promise<void> {
  const sealed = sealValue(keyFor('anchor', newest(keys)), place(name), Buffer.from(text));
  const path = join(dataDir, name);
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(sealed);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(dataDir);
}

/** A name that a file was given is on the disk only with its folder. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
