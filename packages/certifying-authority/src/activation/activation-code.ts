// Activation codes: what a person types, scans or clicks once, to get a certificate for the identity it was made for.
// 140 random bits: no number of guesses helps, so a plain hash is enough at rest (a slow one defends short passwords)
// and the code can stand in a link or a QR code.
import { type Bytes, bytesToHex, concatBytes, randomBytes, sha256 } from '@vitalseal/protocol';
import { utf8 } from '../encoding/text.ts';

/** Crockford's base 32: no I, L, O or U to be misread. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 28;

/** Seven groups of four. */
export function newActivationCode(): string {
  // 256 is a multiple of 32, so each character is drawn evenly.
  const characters = Array.from(randomBytes(length), (octet) => alphabet.charAt(octet & 31)).join('');
  return characters.replace(/.{4}(?=.)/g, '$&-');
}

/** As typed by a person: any case, with or without hyphens and spaces, O for 0, I and L for 1. Undefined if it is none. */
export function normaliseActivationCode(typed: string): string | undefined {
  if (typed.length > 64) return undefined;
  const text = typed.toUpperCase().replace(/[-\s]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return text.length === length && [...text].every((character) => alphabet.includes(character)) ? text : undefined;
}

/** @param code normalised */
export async function activationCodeHash(code: string): Promise<Bytes> {
  return sha256(concatBytes(utf8('vitalseal activation code\0'), utf8(code)));
}

/** Where the invitation is found. A part of the hash: looking it up takes a time that says nothing of the code. */
export function invitationName(codeHash: Bytes): string {
  return bytesToHex(codeHash.subarray(0, 8));
}
