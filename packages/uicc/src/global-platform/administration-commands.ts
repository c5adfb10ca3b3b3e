// The commands of a hospital's scripts, as GlobalPlatform's Card Specification (chapter 11) and ISO 7816-8 code them.
// Written by the hospital, read by the card: a command that `read…` refuses is answered with 6A80 or 6A86.

import type { CommandApdu } from '../apdu/command.ts';
import { instructions } from '../apdu/instructions.ts';
import { issuerSecurityDomainAid, mhaAid } from '../applications.ts';
import { join, noBytes, sameBytes } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { decodeTlv, encodeTlv } from '../tlv/index.ts';
import { type AdministrationData, encodeAdministrationData } from './administration-data.ts';
import { malformed, textBytes, textField } from './administration-fields.ts';
import { activationKeyVersion, lastKeyVersion, pskKeyIdentifier } from './psk-identity.ts';

const iso = 0x00;
const globalPlatform = 0x80;
const pskKeyType = 0x85;
const pskLength = 32;
const digitalSignatureTemplate = 0xb6;
const keyName = 0x83;
/** P1 of STORE DATA: the last block, data as BER-TLV. There is no other: a script carries long commands whole. */
const wholeBerTlv = 0x90;

export interface NewPsk {
  /** The version of the key that is replaced: the one this session runs under. */
  readonly replaces: number;
  readonly version: number;
  /** 32 bytes. */
  readonly key: Bytes;
}

/** For the issuer security domain. Answers the version of the new key. */
export function putKey({ replaces, version, key }: NewPsk): CommandApdu {
  const data = join(version, pskKeyType, key.length, key, 0);
  return { cla: globalPlatform, ins: instructions.putKey, p1: replaces, p2: pskKeyIdentifier, data, le: 256 };
}

/** @throws UiccError `administration-malformed` */
export function readPutKey({ p1, p2, data }: CommandApdu): NewPsk {
  const [version = 0, type, length] = data;
  const key = data.slice(3, 3 + pskLength);
  const inRange = version > activationKeyVersion && version <= lastKeyVersion && version !== p1;
  if (p2 !== pskKeyIdentifier || !inRange || type !== pskKeyType || length !== pskLength) throw notAPsk();
  if (data.length !== 3 + pskLength + 1 || data.at(-1) !== 0) throw notAPsk();
  return { replaces: p1, version, key };
}

/** The version that the next PUT KEY brings. */
export function nextKeyVersion(version: number): number {
  return version >= lastKeyVersion || version < activationKeyVersion ? activationKeyVersion + 1 : version + 1;
}

/**
 * For the MHA: makes its P-256 key for an identity. Answers the certification request (PKCS #10, DER), and the same one
 * when it is asked again.
 * @param identity `urn:vitalseal:patient:<id>`
 */
export function generateKeyPair(identity: string): CommandApdu {
  const data = encodeTlv(digitalSignatureTemplate, encodeTlv(keyName, textBytes(identity)));
  return { cla: iso, ins: instructions.generateAsymmetricKeyPair, p1: 0x80, p2: 0, data, le: 65536 };
}

/** @throws UiccError `administration-malformed`, `tlv-malformed` */
export function readGenerateKeyPair({ p1, p2, data }: CommandApdu): string {
  const template = decodeTlv(data);
  const name = decodeTlv(template.value);
  if (p1 !== 0x80 || p2 !== 0 || template.tag !== digitalSignatureTemplate || name.tag !== keyName) {
    throw malformed('expected the name of a key pair for signatures');
  }
  return textField(name.value, 100);
}

/** For the issuer security domain or the MHA: `AdministrationData` says for each kind which. */
export function storeData(...data: readonly AdministrationData[]): CommandApdu {
  return storeBytes(encodeAdministrationData(data));
}

/** For the access rule master, whose data objects are of another specification. */
export function storeBytes(data: Bytes): CommandApdu {
  return { cla: globalPlatform, ins: instructions.storeData, p1: wholeBerTlv, p2: 0, data };
}

export function isWholeStoreData({ p1, p2 }: CommandApdu): boolean {
  return p1 === wholeBerTlv && p2 === 0;
}

/**
 * For the MHA (ISO 7816-4 section 11.6.10): lifts the block of the PIN.
 * @param code the PUK, 8 digits; without it the tries count again and nothing is opened
 * @param newPin without one, the patient's PIN stays
 */
export function resetRetryCounter(code?: string, newPin?: string): CommandApdu {
  const data = join(textBytes(code ?? ''), newPin === undefined ? noBytes : padPin(newPin));
  const p1 = retryCounterParameter(code !== undefined, newPin !== undefined);
  return { cla: iso, ins: instructions.resetRetryCounter, p1, p2: 1, data };
}

function retryCounterParameter(hasCode: boolean, hasPin: boolean): number {
  if (!hasCode) return triesOnly;
  return hasPin ? 0x00 : 0x01;
}

/** P1 of RESET RETRY COUNTER without data. */
export const triesOnly = 0x03;

function padPin(pin: string): Bytes {
  const padded = new Uint8Array(8).fill(0xff);
  padded.set(textBytes(pin).subarray(0, 8));
  return padded;
}

export type LifeCycleChange = 'lock' | 'unlock' | 'terminate';

const ofTheCard = 0x80;
const ofAnApplication = 0x40;
const changes: Readonly<Record<LifeCycleChange, { readonly p1: number; readonly p2: number; readonly aid: Bytes }>> = {
  lock: { p1: ofAnApplication, p2: 0x80, aid: mhaAid },
  unlock: { p1: ofAnApplication, p2: 0x00, aid: mhaAid },
  terminate: { p1: ofTheCard, p2: 0xff, aid: issuerSecurityDomainAid },
};

/** For the issuer security domain: locks or unlocks the MHA, or ends the card for good and answers its receipt. */
export function setStatus(change: LifeCycleChange): CommandApdu {
  const { p1, p2, aid } = changes[change];
  return { cla: globalPlatform, ins: instructions.setStatus, p1, p2, data: aid, le: 65536 };
}

/** @throws UiccError `administration-malformed` */
export function readSetStatus({ p1, p2, data }: CommandApdu): LifeCycleChange {
  const names = Object.keys(changes) as LifeCycleChange[];
  const found = names.find((name) => {
    const change = changes[name];
    return change.p1 === p1 && change.p2 === p2 && sameBytes(change.aid, data);
  });
  if (!found) throw malformed('expected lock, unlock or terminate');
  return found;
}

/** Tags for `getData` to the issuer security domain. */
export const getDataTags = {
  /** `CardStatus`. */
  status: 0xbf30,
  /** `CardReceipt`; 6A88 while the card has not been terminated. */
  receipt: 0xbf31,
  /** Key information template of the Card Specification. */
  keyInformation: 0x00e0,
} as const;

export function getData(tag: number): CommandApdu {
  return { cla: globalPlatform, ins: instructions.getData, p1: tag >> 8, p2: tag & 0xff, data: noBytes, le: 65536 };
}

function notAPsk(): Error {
  return malformed('expected a pre-shared key of 32 bytes, and its version');
}
