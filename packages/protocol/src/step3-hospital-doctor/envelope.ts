// One message for several doctors, stored until each has it: COSE_Sign1 by the hospital over a COSE_Encrypt with one
// A256KW recipient a doctor. Every recipient learns the content key, so without the signature any of them could seal
// another message to the others under it; the signature also covers the list of recipients.

import type { Awaitable, Bytes } from '../bytes.ts';
import { protocolVersion } from '../channel/external-aad.ts';
import { decrypt, encrypt, type Recipient } from '../cose/encrypt.ts';
import { algorithm, header } from '../cose/registry.ts';
import { parseSign1, type Sign1, sign1, verifySign1 } from '../cose/sign1.ts';
import { ProtocolError } from '../errors.ts';
import type { VerifyingKey } from '../primitives/index.ts';
import { encodeCbor } from '../wire/cbor/encode.ts';
import type { CborKey, CborValue } from '../wire/cbor/value.ts';
import { formatIdentity, type Identity } from '../wire/identity.ts';

export type { Recipient } from '../cose/encrypt.ts';

const maxRecipients = 256;

/** The `context` of an AlarmNotice: authenticated with it and not sent, so that nothing else passes for one. */
export function alarmContext(hospital: Identity): Bytes {
  return encodeCbor([protocolVersion, 3, 'alarm', formatIdentity(hospital)]);
}

export interface Sealing {
  readonly payload: Bytes;
  readonly context: Bytes;
  /** 1 to 256, each key id once: the id and wrapping key of the doctor's channel. */
  readonly recipients: readonly Recipient[];
  /** ES256 with the hospital's certified key: r || s, 64 bytes. */
  readonly sign: (toBeSigned: Bytes) => Awaitable<Bytes>;
  /** x5t of the hospital's certificate, 8 bytes. */
  readonly signerReference: Bytes;
}

/** @throws ProtocolError `envelope-malformed` */
export async function sealForRecipients(sealing: Sealing): Promise<Bytes> {
  const { payload, context, recipients, sign, signerReference } = sealing;
  const ids = new Set(recipients.map(({ keyId }) => keyId.join()));
  if (recipients.length < 1 || recipients.length > maxRecipients || ids.size !== recipients.length) {
    throw new ProtocolError('envelope-malformed', `expected 1 to ${maxRecipients} recipients, each once`);
  }
  const headers = new Map<CborKey, CborValue>();
  headers.set(header.x5t, [algorithm.sha256Truncated64, requireReference(signerReference)]);
  return sign1(await encrypt(payload, context, recipients), context, headers, sign);
}

/** Which certificate claims to have signed: for finding the key to open with. @throws ProtocolError */
export function envelopeSigner(envelope: Bytes): Bytes {
  return signerOf(parseSign1(envelope));
}

export interface Opening {
  readonly context: Bytes;
  readonly recipient: Recipient;
  /** The hospital's key, of the certificate that the channel was agreed with. */
  readonly signer: VerifyingKey;
}

/**
 * The signature first: only what the hospital signed is decrypted.
 * @throws ProtocolError `envelope-malformed`, `envelope-signature-invalid`, `envelope-not-for-recipient`,
 *   `authentication-failed`, or a `cbor-` code
 */
export async function openForRecipient(envelope: Bytes, { context, recipient, signer }: Opening): Promise<Bytes> {
  const message = parseSign1(envelope);
  signerOf(message);
  if (message.protectedFields.size !== 2 || message.unprotectedFields.size !== 0) throw malformed();
  await verifySign1(message, context, signer);
  return decrypt(message.payload, context, recipient);
}

function signerOf({ protectedFields }: Sign1): Bytes {
  const x5t = protectedFields.get(header.x5t);
  if (!Array.isArray(x5t) || x5t.length !== 2 || x5t[0] !== algorithm.sha256Truncated64) throw malformed();
  return requireReference(x5t[1]);
}

function requireReference(value: CborValue | undefined): Bytes {
  if (!(value instanceof Uint8Array) || value.length !== 8) throw malformed();
  return value;
}

function malformed(): ProtocolError {
  return new ProtocolError('envelope-malformed', 'expected an envelope signed by a certificate, named by x5t');
}
