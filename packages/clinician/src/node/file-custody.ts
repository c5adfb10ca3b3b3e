// For a program that must find its key again: one file in a folder of its own, readable by its user alone. A page has
// the better custody; this one is for a headless device that is restarted.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  exportPrivateKey,
  exportPublicKey,
  generateKeyPair,
  importPrivateKey,
  type KeyPair,
} from '@vitalseal/certifying-authority';
import { type Bytes, formatIdentity, parseIdentity } from '@vitalseal/protocol';
import type { KeyCustody } from '../custody/key-custody.ts';
import { ClinicianError, codeOf } from '../errors.ts';

/** All in base64. Without a chain it is an enrolment that has begun. */
interface DeviceFile {
  readonly identity: string;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly chain?: readonly string[];
  readonly root?: string;
}

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' } as const;

export function fileCustody(folder: string): KeyCustody {
  const path = join(folder, 'device.json');
  const begun = join(folder, 'enrolment.json');
  return {
    keyFor: async (identity) => {
      const name = formatIdentity(identity);
      const file = await read(begun);
      if (file?.identity === name) return keyPairOf(file);
      const keyPair = await generateKeyPair({ extractable: true });
      const privateKey = base64(await exportPrivateKey(keyPair.privateKey));
      const publicKey = base64(await exportPublicKey(keyPair.publicKey));
      await write(folder, begun, { identity: name, privateKey, publicKey });
      return keyPair;
    },
    load: async () => {
      const file = await read(path);
      if (file?.chain === undefined || file.root === undefined) return undefined;
      const { privateKey } = await keyPairOf(file);
      return {
        identity: parseIdentity(file.identity),
        privateKey,
        chain: file.chain.map(bytes),
        root: bytes(file.root),
      };
    },
    keep: async ({ identity, chain, root }) => {
      const file = await read(begun);
      if (file?.identity !== formatIdentity(identity)) throw unreadable(undefined);
      await write(folder, path, { ...file, chain: chain.map(base64), root: base64(root) });
      await rm(begun, { force: true });
    },
    forget: async () => {
      await rm(path, { force: true });
      await rm(begun, { force: true });
    },
  };
}

async function read(path: string): Promise<DeviceFile | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw unreadable(cause);
  });
  if (text === undefined) return undefined;
  try {
    const file: DeviceFile = JSON.parse(text);
    return file;
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** Whole or not at all: written beside, then put in place. */
async function write(folder: string, path: string, file: DeviceFile): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify(file), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

async function keyPairOf({ privateKey, publicKey }: DeviceFile): Promise<KeyPair> {
  try {
    return {
      privateKey: await importPrivateKey(bytes(privateKey)),
      publicKey: await crypto.subtle.importKey('spki', bytes(publicKey), ecdsa, true, ['verify']),
    };
  } catch (cause) {
    throw unreadable(cause);
  }
}

const base64 = (der: Bytes): string => Buffer.from(der).toString('base64');
const bytes = (text: string): Bytes => new Uint8Array(Buffer.from(text, 'base64'));

function unreadable(cause: unknown): ClinicianError {
  return new ClinicianError('key-store-unavailable', 'expected the readable file of a device', { cause });
}
