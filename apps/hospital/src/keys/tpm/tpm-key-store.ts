/**
 * Keys in the hospital's TPM: identity and audit key made there and never out of it, the wrapping key sealed there for the
 * measured release, a counter in its own memory. Nobody holds the TPM while there is nothing to do, so that commands of the
 * operator work on it beside the server.
 */
import { createSecretKey } from 'node:crypto';
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import {
  advanceCounter,
  createSigningKey,
  extendedOnce,
  type KeyBlob,
  readCounter,
  removeCounter,
  sealUnderPcr,
  signWith,
  spkiOf,
  unsealUnderPcr,
} from '@vitalseal/tpm';
import { HospitalError } from '../../errors.ts';
import type { KeyPlace } from '../key-place.ts';
import type { Attestor, KeyCounter, KeyCustody, KeyState, SigningKey, WrappingKey } from '../key-store.ts';
import { measureOnce } from './measure-once.ts';
import { measureOwnRelease } from './own-release.ts';
import { personaliseTpm } from './personalise-tpm.ts';
import { tpmAttestor } from './tpm-attestor.ts';
import { readTpmKeys, type TpmKeys, writeTpmKeys } from './tpm-keys-file.ts';
import { TpmQueue } from './tpm-queue.ts';

export type TpmPlace = Extract<KeyPlace, { kind: 'tpm' }>;

export interface TpmKeyStoreOptions {
  /** SHA-256 of the release that runs; measured where it lies unless given. */
  readonly measure?: () => Promise<Bytes>;
}

export class TpmKeyStore implements KeyCustody {
  readonly kind = 'tpm';
  readonly counter: KeyCounter;
  readonly attestor: Attestor;
  readonly #dataDir: string;
  readonly #pcr: number;
  readonly #queue: TpmQueue;
  readonly #measure: () => Promise<Bytes>;
  #keys: TpmKeys;
  #released: Promise<readonly WrappingKey[]> | undefined;

  private constructor(dataDir: string, place: TpmPlace, keys: TpmKeys, options: TpmKeyStoreOptions) {
    this.#dataDir = dataDir;
    this.#pcr = place.pcr;
    this.#keys = keys;
    this.#measure = options.measure ?? measureOwnRelease;
    this.#queue = new TpmQueue({ address: place.address, root: keys.root });
    this.attestor = tpmAttestor({
      queue: this.#queue,
      pcr: place.pcr,
      attestationKey: () => this.#keys.attestation,
      identityKeys: () => this.#keys.identity,
      measure: this.#measure,
    });
    this.counter = {
      read: () => this.#queue.use((root) => readCounter(root, this.#keys.counter.index, this.#keys.counter.value)),
      advance: () =>
        this.#queue.use((root) => advanceCounter(root, this.#keys.counter.index, this.#keys.counter.value)),
    };
  }

  /** Makes the keys unless the folder has them. */
  static async create(dataDir: string, place: TpmPlace, options: TpmKeyStoreOptions = {}): Promise<TpmKeyStore> {
    if (readTpmKeys(dataDir) === undefined) {
      const { measure = measureOwnRelease } = options;
      await personaliseTpm(dataDir, { ...place, digest: await measure() });
    }
    return TpmKeyStore.open(dataDir, place, options);
  }

  /** @throws HospitalError `keys-damaged` */
  static open(dataDir: string, place: TpmPlace, options: TpmKeyStoreOptions = {}): TpmKeyStore {
    return new TpmKeyStore(dataDir, place, keysOf(dataDir), options);
  }

  get state(): KeyState {
    return this.#queue.state;
  }

  async probe(): Promise<void> {
    await this.counter.read().catch(() => undefined);
  }

  identityKey(spki: Bytes): SigningKey {
    const blob = this.#keys.identity.find((key) => equalBytes(spkiOf(key), spki));
    if (blob === undefined) {
      throw new HospitalError('keys-damaged', "expected the key of the hospital's certificate to be in the TPM");
    }
    return this.#signingKey(blob);
  }

  get auditKey(): SigningKey {
    const [blob] = this.#keys.audit;
    if (blob === undefined) throw new HospitalError('keys-damaged', 'expected a key of the audit log in the TPM');
    return this.#signingKey(blob);
  }

  wrappingKeys(): Promise<readonly WrappingKey[]> {
    this.#released ??= this.#release().catch((error: unknown) => {
      this.#released = undefined;
      throw error;
    });
    return this.#released;
  }

  async refresh(): Promise<void> {
    const before = { keys: this.#keys, released: this.#released };
    this.#keys = keysOf(this.#dataDir);
    if (versionsOf(this.#keys) !== versionsOf(before.keys)) this.#released = undefined;
    try {
      await this.wrappingKeys();
    } catch (error) {
      // A TPM that is away keeps nobody from the keys there are; what is new is taken over when it is back.
      this.#keys = before.keys;
      this.#released = before.released;
      throw error;
    }
  }

  async nextIdentityKey(serving: Bytes): Promise<SigningKey> {
    const { identity } = this.#keys;
    const [newest] = identity;
    // An older one waits for nothing: it was replaced by a rotation that was cut short before it was forgotten.
    if (newest !== undefined && !equalBytes(spkiOf(newest), serving)) return this.#signingKey(newest);
    const made = await this.#queue.use(createSigningKey);
    this.#change({ identity: [made, ...identity] });
    return this.#signingKey(made);
  }

  async retireIdentityKeys(serving: Bytes): Promise<void> {
    this.#change({ identity: this.#keys.identity.filter((blob) => equalBytes(spkiOf(blob), serving)) });
  }

  async nextAuditKey(): Promise<SigningKey> {
    const { audit } = this.#keys;
    const [, waiting] = audit;
    if (waiting !== undefined) return this.#signingKey(waiting);
    const made = await this.#queue.use(createSigningKey);
    this.#change({ audit: [...audit, made] });
    return this.#signingKey(made);
  }

  async retireAuditKey(): Promise<void> {
    this.#change({ audit: this.#keys.audit.slice(-1) });
  }

  async addWrappingKey(key: WrappingKey): Promise<void> {
    const values = this.#keys.wrapping[0]?.sealed.map(({ value }) => value);
    await this.#seal([key, ...(await this.wrappingKeys())], values);
  }

  async dropWrappingKeysBelow(version: number): Promise<void> {
    this.#change({ wrapping: this.#keys.wrapping.filter((key) => key.version >= version) });
    this.#released = undefined;
  }

  /**
   * Seals the wrapping keys for another release as well, before it has ever run here.
   * @param digest SHA-256 of the release
   */
  async sealFor(digest: Bytes): Promise<void> {
    const releases = [await this.#measure(), digest];
    await this.#seal(await this.wrappingKeys(), releases.map(extendedOnce));
  }

  /** With keys that were recovered: the release that runs now is released them from now on. */
  async replaceWrappingKeys(wrapping: readonly WrappingKey[]): Promise<void> {
    await this.#measured();
    await this.#seal(wrapping);
  }

  /** Removes the counter from the TPM; keys lie in the folder, and go with it. */
  async forget(): Promise<void> {
    await this.#queue.use((root) => removeCounter(root, this.#keys.counter.index));
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }

  /** The register stands for the release that runs, or nothing is released. */
  async #measured(): Promise<Bytes> {
    const digest = await this.#measure();
    return measureOnce(this.#queue, { dataDir: this.#dataDir, pcr: this.#pcr, digest });
  }

  async #release(): Promise<readonly WrappingKey[]> {
    const value = await this.#measured();
    const wrapping: WrappingKey[] = [];
    for (const { version, sealed } of this.#keys.wrapping) {
      const found = sealed.find((each) => equalBytes(each.value, value));
      if (found === undefined) {
        throw new HospitalError(
          'keys-other-release',
          'expected the wrapping key to be sealed for this release: run the release before it and use `vitalseal hospital reseal`, or `vitalseal hospital recover`',
        );
      }
      const secret = await this.#queue.use((root) => unsealUnderPcr(root, found.blob, [this.#pcr]));
      wrapping.push({ version, key: createSecretKey(secret) });
      secret.fill(0);
    }
    return wrapping;
  }

  /** @param values of the register that release the keys: that of the release that runs unless said otherwise */
  async #seal(wrapping: readonly WrappingKey[], values?: readonly Bytes[]): Promise<void> {
    const wanted = values ?? [extendedOnce(await this.#measure())];
    const sealedKeys: TpmKeys['wrapping'][number][] = [];
    for (const { version, key } of wrapping) {
      const secret = new Uint8Array(key.export());
      const sealed = [];
      for (const value of wanted) {
        const blob = await this.#queue.use((root) => sealUnderPcr(root, secret, new Map([[this.#pcr, value]])));
        sealed.push({ value, blob });
      }
      secret.fill(0);
      sealedKeys.push({ version, sealed });
    }
    this.#change({ wrapping: sealedKeys });
    this.#released = Promise.resolve(wrapping);
  }

  #signingKey(blob: KeyBlob): SigningKey {
    return {
      spki: spkiOf(blob),
      sign: (toBeSigned) => this.#queue.use((root) => signWith(root, blob, toBeSigned)),
    };
  }

  #change(change: Partial<TpmKeys>): void {
    // What another process has changed meanwhile stays.
    this.#keys = { ...(readTpmKeys(this.#dataDir) ?? this.#keys), ...change };
    writeTpmKeys(this.#dataDir, this.#keys);
  }
}

function keysOf(dataDir: string): TpmKeys {
  const keys = readTpmKeys(dataDir);
  if (keys !== undefined) return keys;
  throw new HospitalError('keys-damaged', "expected what the data folder keeps of the TPM's keys");
}

function versionsOf({ wrapping }: TpmKeys): string {
  return wrapping.map(({ version }) => version).join();
}
