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
  type WebKey,
} from '@vitalseal/certifying-authority';
import { type Bytes, formatIdentity, parseIdentity } from '@vitalseal/protocol';
import type { DeviceSession, KeyCustody } from '../custody/key-custody.ts';
import { ClinicianError, codeOf } from '../errors.ts';

/** Keys and certificates in base64. Without a chain it is an enrolment that has begun. */
interface DeviceFile {
  readonly identity: string;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly chain?: readonly string[];
  readonly root?: string;
  readonly session?: DeviceSession;
}

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' } as const;

export function fileCustody(folder: string): KeyCustody {
  const path = join(folder, 'device.json');
  const begun = join(folder, 'enrolment.json');
  const trusted = join(folder, 'trusted-root');
  const made = new WeakMap<WebKey, Pick<DeviceFile, 'privateKey' | 'publicKey'>>();
  return {
    keyFor: async (identity) => {
      const name = formatIdentity(identity);
      const file = await read(begun);
      if (file?.identity === name) return keyPairOf(file);
      const { keyPair, ...keys } = await newKeys();
      await write(folder, begun, { identity: name, ...keys });
      return keyPair;
    },
    newKey: async () => {
      const { keyPair, ...keys } = await newKeys();
      made.set(keyPair.privateKey, keys);
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
        ...(file.session && { session: file.session }),
      };
    },
    keep: async ({ identity, privateKey, chain, root, session }) => {
      const name = formatIdentity(identity);
      const keys = made.get(privateKey);
      const file = keys === undefined ? await read(begun) : { identity: name, ...keys };
      if (file?.identity !== name) throw unreadable(undefined);
      const certified = { ...file, chain: chain.map(base64), root: base64(root), ...(session && { session }) };
      await write(folder, path, certified);
      await rm(begun, { force: true });
    },
    forget: async () => {
      await rm(path, { force: true });
      await rm(begun, { force: true });
    },
    trustedRoot: () => textOf(trusted),
    trustRoot: (fingerprint) => writeText(folder, trusted, fingerprint),
  };
}

async function newKeys() {
  const keyPair = await generateKeyPair({ extractable: true });
  const privateKey = base64(await exportPrivateKey(keyPair.privateKey));
  return { keyPair, privateKey, publicKey: base64(await exportPublicKey(keyPair.publicKey)) };
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw unreadable(cause);
  });
}

async function read(path: string): Promise<DeviceFile | undefined> {
  const text = await textOf(path);
  if (text === undefined) return undefined;
  try {
    const file: DeviceFile = JSON.parse(text);
    return file;
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** Whole or not at all: written beside, then put in place. */
async function writeText(folder: string, path: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, text, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

const write = (folder: string, path: string, file: DeviceFile) => writeText(folder, path, JSON.stringify(file));

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
