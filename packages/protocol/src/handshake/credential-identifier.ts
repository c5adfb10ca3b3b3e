// ID_CRED_x (RFC 9528 section 3.5.3): the COSE header map by which a side says which credential is its own. Vitalseal
// reads two of the parameters of RFC 9360: x5t, a hash of a certificate the peer has already, and x5chain, the
// certificates themselves.

import { type Bytes, equalBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { type CborValue, decodeCbor, encodeCbor } from '../wire/cbor/index.ts';
import { decodeIdentifier, encodeIdentifier } from './identifier.ts';
import { maximumChainLength } from './limits.ts';

export type CredentialReference =
  | { readonly kind: 'x5t'; readonly algorithm: -15; readonly hash: Bytes }
  | { readonly kind: 'x5chain'; readonly chain: readonly Bytes[] };

const headerParameter = { kid: 4, x5chain: 33, x5t: 34 } as const;
/** SHA-256 truncated to 64 bits, "SHA-256/64" of the COSE algorithms registry. */
export const x5tAlgorithm = -15;
export const x5tHashLength = 8;

/** As it stands in a plaintext: a map whose only parameter is kid is shortened to the kid, section 3.5.3.2. */
export function encodeIdCred(idCred: Bytes): Bytes {
  const map = decodeCbor(idCred);
  const kid = map instanceof Map && map.size === 1 ? map.get(headerParameter.kid) : undefined;
  return kid instanceof Uint8Array ? encodeIdentifier(kid) : idCred;
}

/** @returns the whole map, as CBOR @throws ProtocolError `message-malformed` for a kid that was not shortened */
export function decodeIdCred(item: CborValue | undefined): Bytes {
  if (!(item instanceof Map)) return encodeCbor(new Map([[headerParameter.kid, decodeIdentifier(item)]]));
  const whole = encodeCbor(item);
  if (!equalBytes(encodeIdCred(whole), whole)) {
    throw new ProtocolError('message-malformed', 'expected a credential identifier in its shortest encoding');
  }
  return whole;
}

export function encodeCredentialReference(reference: CredentialReference): Bytes {
  if (reference.kind === 'x5t') {
    return encodeCbor(new Map([[headerParameter.x5t, [reference.algorithm, reference.hash]]]));
  }
  const [leaf, ...issuers] = reference.chain;
  if (leaf === undefined) throw new ProtocolError('credential-malformed', 'expected a chain of at least the leaf');
  const chain = issuers.length === 0 ? leaf : [leaf, ...issuers];
  return encodeCbor(new Map([[headerParameter.x5chain, chain]]));
}

/** @throws ProtocolError `credential-malformed` for whatever is not exactly one x5t or one x5chain */
export function decodeCredentialReference(idCred: Bytes): CredentialReference {
  const map = decodeCbor(idCred);
  if (map instanceof Map && map.size === 1) {
    const reference = decodeX5t(map.get(headerParameter.x5t)) ?? decodeX5chain(map.get(headerParameter.x5chain));
    if (reference !== undefined) return reference;
  }
  throw new ProtocolError('credential-malformed', 'expected a credential as x5t (SHA-256/64) or x5chain');
}

function decodeX5t(value: CborValue | undefined): CredentialReference | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [algorithm, hash] = value;
  if (algorithm !== x5tAlgorithm || !(hash instanceof Uint8Array) || hash.length !== x5tHashLength) return undefined;
  return { kind: 'x5t', algorithm, hash };
}

/** COSE_X509 (RFC 9360 section 2): one certificate as a byte string, two or more as an array. */
function decodeX5chain(value: CborValue | undefined): CredentialReference | undefined {
  if (isCertificate(value)) return { kind: 'x5chain', chain: [value] };
  if (!Array.isArray(value) || value.length < 2 || value.length > maximumChainLength) return undefined;
  return value.every(isCertificate) ? { kind: 'x5chain', chain: value } : undefined;
}

function isCertificate(value: CborValue | undefined): value is Bytes {
  return value instanceof Uint8Array && value.length > 0;
}
