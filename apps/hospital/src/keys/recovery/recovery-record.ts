/**
 * What brings the wrapping keys back when the TPM is lost: a copy of each, sealed to a public key of which the private half
 * lies nowhere but in shares with people. So a newer wrapping key is added to the copies without bringing the people
 * together, and the file may be read by whoever likes. Each key vouches for the public key that its copy is sealed to, so that
 * whoever writes another one into the file is not given the next wrapping key.
 *
 * Sealed as ECDH-ES (RFC 7748, HKDF of RFC 5869) with AES-256-GCM: a fresh X25519 key for each copy, whose public half goes
 * into the derivation, so that the key seals once and its nonce may be fixed.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import type { Bytes } from '@vitalseal/protocol';
import { HospitalError } from '../../errors.ts';
import { readText, writePrivately } from '../hospital-folder.ts';
import type { WrappingKey } from '../key-store.ts';

interface Copy {
  readonly version: number;
  /** Ephemeral public key, ciphertext and tag, base64. */
  readonly sealed: string;
  /** HMAC-SHA-256 under the wrapping key over the public key, base64. */
  readonly voucher: string;
}

export interface RecoveryRecord {
  /** How many of how many shares are needed. */
  readonly need: number;
  readonly of: number;
  /** UTC ms. */
  readonly splitAt: number;
  /** X25519, base64: 32 bytes. */
  readonly publicKey: string;
  /** Newest first. */
  readonly copies: readonly Copy[];
}

const fileName = 'recovery.json';
const publicKeyPrefix = Buffer.from('302a300506032b656e032100', 'hex');
const privateKeyPrefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const keyLength = 32;
const tagLength = 16;
const nonce = Buffer.alloc(12);

/** As it is, for a backup to take along; undefined if nothing was ever shared. */
export function readRecoveryRecord(dataDir: string): string | undefined {
  return readText(dataDir, fileName);
}

export function writeRecoveryRecord(dataDir: string, record: RecoveryRecord): void {
  writePrivately(dataDir, fileName, `${JSON.stringify(record, null, 2)}\n`);
}

/** @throws HospitalError `recovery-refused` */
export function parseRecoveryRecord(text: string): RecoveryRecord {
  try {
    const { need, of, splitAt, publicKey, copies } = JSON.parse(text) as RecoveryRecord;
    const whole = copies.every(
      ({ version, sealed, voucher }) => version > 0 && typeof sealed === 'string' && typeof voucher === 'string',
    );
    if (whole && Buffer.from(publicKey, 'base64').length === keyLength) return { need, of, splitAt, publicKey, copies };
  } catch {
    // Told below.
  }
  throw new HospitalError('recovery-refused', 'expected a record of recovery: recovery.json, or the one in a backup');
}

/** @returns the record, and the secret to be split: 32 bytes that nothing else may keep */
export function newRecovery(
  keys: readonly WrappingKey[],
  { need, of, now }: { need: number; of: number; now: number },
): { record: RecoveryRecord; secret: Bytes } {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const record = {
    need,
    of,
    splitAt: now,
    publicKey: rawPublicKey(publicKey).toString('base64'),
    copies: keys.map((key) => copyOf(key, publicKey)),
  };
  const secret = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-keyLength);
  return { record, secret: new Uint8Array(secret) };
}

/**
 * The same people's shares bring these keys back from now on.
 * @param keys newest first, one of those before among them @throws HospitalError `recovery-refused`
 */
export function withCopiesOf(record: RecoveryRecord, keys: readonly WrappingKey[]): RecoveryRecord {
  const publicKey = publicKeyOf(Buffer.from(record.publicKey, 'base64'));
  const vouched = record.copies.some(({ version, voucher }) => {
    const key = keys.find((held) => held.version === version);
    return key !== undefined && isVoucher(voucher, key, publicKey);
  });
  if (!vouched) {
    throw new HospitalError('recovery-refused', 'expected recovery.json as this hospital wrote it: split anew');
  }
  return { ...record, copies: keys.map((key) => copyOf(key, publicKey)) };
}

/** @param secret joined from the shares @throws HospitalError `recovery-refused` */
export function recoverWrappingKeys(record: RecoveryRecord, secret: Bytes): readonly WrappingKey[] {
  const der = Buffer.concat([privateKeyPrefix, secret]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  if (!rawPublicKey(createPublicKey(privateKey)).equals(Buffer.from(record.publicKey, 'base64'))) {
    throw new HospitalError('recovery-refused', 'expected shares of this record, and as many as it needs');
  }
  return record.copies.map(({ version, sealed }) => ({ version, key: openCopy(version, sealed, privateKey) }));
}

function copyOf({ version, key }: WrappingKey, recipient: KeyObject): Copy {
  const ephemeral = generateKeyPairSync('x25519');
  const head = rawPublicKey(ephemeral.publicKey);
  const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient });
  const cipher = createCipheriv('aes-256-gcm', contentKey(secret, head, rawPublicKey(recipient), version), nonce);
  const sealed = Buffer.concat([head, cipher.update(key.export()), cipher.final(), cipher.getAuthTag()]);
  return { version, sealed: sealed.toString('base64'), voucher: voucherOf(key, recipient).toString('base64') };
}

function voucherOf(key: KeyObject, recipient: KeyObject): Buffer {
  const subkey = new Uint8Array(hkdfSync('sha256', key, '', 'vitalseal recovery voucher 1', keyLength));
  return createHmac('sha256', subkey).update(rawPublicKey(recipient)).digest();
}

function isVoucher(text: string, { key }: WrappingKey, recipient: KeyObject): boolean {
  const given = Buffer.from(text, 'base64');
  const expected = voucherOf(key, recipient);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function openCopy(version: number, text: string, privateKey: KeyObject): KeyObject {
  const sealed = Buffer.from(text, 'base64');
  try {
    const head = sealed.subarray(0, keyLength);
    const secret = diffieHellman({ privateKey, publicKey: publicKeyOf(head) });
    const recipient = rawPublicKey(createPublicKey(privateKey));
    const decipher = createDecipheriv('aes-256-gcm', contentKey(secret, head, recipient, version), nonce);
    decipher.setAuthTag(sealed.subarray(-tagLength));
    const key = Buffer.concat([decipher.update(sealed.subarray(keyLength, -tagLength)), decipher.final()]);
    return createSecretKey(key);
  } catch {
    throw new HospitalError('recovery-refused', 'expected copies of the wrapping keys as they were sealed');
  }
}

function contentKey(secret: Buffer, ephemeral: Buffer, recipient: Buffer, version: number): Uint8Array {
  const salt = Buffer.concat([ephemeral, recipient]);
  return new Uint8Array(hkdfSync('sha256', secret, salt, `vitalseal recovery 1 ${version}`, keyLength));
}

function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(-keyLength);
}

function publicKeyOf(raw: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([publicKeyPrefix, raw]), format: 'der', type: 'spki' });
}
