/**
 * Keys in a file: for trying Vitalseal out, and for machines without a TPM whose operator has said so. Everything works as
 * with a TPM; what is missing is that a copy of the data folder is a copy of the keys.
 */
import { createSecretKey } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { Bytes } from '@vitalseal/protocol';
import { HospitalError } from '../../errors.ts';
import { readText, writePrivately } from '../hospital-folder.ts';
import type { KeyCounter, KeyCustody, KeyState, SigningKey, WrappingKey } from '../key-store.ts';
import { fileCounter, memoryCounter } from './file-counter.ts';
import {
  hasPublicKey,
  newPrivateKey,
  newSecrets,
  readSecrets,
  type SoftwareSecrets,
  signingKey,
  wrappingText,
  writeSecrets,
} from './software-secrets.ts';

interface Place {
  read(): SoftwareSecrets;
  write(secrets: SoftwareSecrets): void;
}

export const softwareKeysFile = 'software-keys.json';

/** Each file that holds such keys, also one of a write that was cut short, or that a recovery has put aside. */
export function keysInFiles(dataDir: string): readonly string[] {
  return readdirSync(dataDir).filter((name) => name.startsWith(softwareKeysFile));
}

export class SoftwareKeyStore implements KeyCustody {
  readonly kind = 'software';
  readonly attestor = null;
  readonly counter: KeyCounter;
  readonly #place: Place;
  #secrets: SoftwareSecrets;

  private constructor(place: Place, counter: KeyCounter) {
    this.#place = place;
    this.#secrets = place.read();
    this.counter = counter;
  }

  /** Makes the keys unless they are there. */
  static create(dataDir: string): SoftwareKeyStore {
    if (readText(dataDir, softwareKeysFile) === undefined) {
      writePrivately(dataDir, softwareKeysFile, writeSecrets(newSecrets()));
    }
    return SoftwareKeyStore.open(dataDir);
  }

  /** @throws HospitalError `keys-damaged` */
  static open(dataDir: string): SoftwareKeyStore {
    const place: Place = {
      read: () => readSecrets(readText(dataDir, softwareKeysFile) ?? ''),
      write: (secrets) => writePrivately(dataDir, softwareKeysFile, writeSecrets(secrets)),
    };
    return new SoftwareKeyStore(place, fileCounter(dataDir));
  }

  /** Kept nowhere: for tests and benchmarks. */
  static inMemory(secrets = newSecrets()): SoftwareKeyStore {
    let kept = secrets;
    const write = (changed: SoftwareSecrets) => {
      kept = changed;
    };
    return new SoftwareKeyStore({ read: () => kept, write }, memoryCounter());
  }

  get auditKey(): SigningKey {
    const [pem] = this.#secrets.audit;
    if (pem === undefined) throw new HospitalError('keys-damaged', 'expected a key of the audit log');
    return signingKey(pem);
  }

  get state(): KeyState {
    return { ok: true, waiting: 0 };
  }

  async probe(): Promise<void> {}

  async close(): Promise<void> {}

  identityKey(spki: Bytes): SigningKey {
    const pem = this.#secrets.identity.find((key) => hasPublicKey(key, spki));
    if (pem === undefined) {
      throw new HospitalError('keys-damaged', "expected the key of the hospital's certificate in its data folder");
    }
    return signingKey(pem);
  }

  async wrappingKeys(): Promise<readonly WrappingKey[]> {
    return this.#secrets.wrapping.map(wrappingKey);
  }

  async refresh(): Promise<void> {
    this.#secrets = this.#place.read();
  }

  async nextIdentityKey(serving: Bytes): Promise<SigningKey> {
    const { identity } = this.#secrets;
    const [newest] = identity;
    // An older one waits for nothing: it was replaced by a rotation that was cut short before it was forgotten.
    if (newest !== undefined && !hasPublicKey(newest, serving)) return signingKey(newest);
    const made = newPrivateKey();
    this.#change({ identity: [made, ...identity] });
    return signingKey(made);
  }

  async retireIdentityKeys(serving: Bytes): Promise<void> {
    this.#change({ identity: this.#secrets.identity.filter((pem) => hasPublicKey(pem, serving)) });
  }

  async nextAuditKey(): Promise<SigningKey> {
    const { audit } = this.#secrets;
    const [, waiting] = audit;
    if (waiting !== undefined) return signingKey(waiting);
    const made = newPrivateKey();
    this.#change({ audit: [...audit, made] });
    return signingKey(made);
  }

  async retireAuditKey(): Promise<void> {
    this.#change({ audit: this.#secrets.audit.slice(-1) });
  }

  async addWrappingKey(key: WrappingKey): Promise<void> {
    this.#change({ wrapping: [wrappingText(key), ...this.#secrets.wrapping] });
  }

  async dropWrappingKeysBelow(version: number): Promise<void> {
    this.#change({ wrapping: this.#secrets.wrapping.filter((key) => key.version >= version) });
  }

  async replaceWrappingKeys(keys: readonly WrappingKey[]): Promise<void> {
    this.#change({ wrapping: keys.map(wrappingText) });
  }

  #change(change: Partial<SoftwareSecrets>): void {
    // What another process has changed meanwhile stays.
    this.#secrets = { ...this.#place.read(), ...change };
    this.#place.write(this.#secrets);
  }
}

function wrappingKey({ version, key }: SoftwareSecrets['wrapping'][number]): WrappingKey {
  return { version, key: createSecretKey(key, 'base64') };
}
