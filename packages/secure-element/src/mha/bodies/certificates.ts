// Certificates as the phone brings them and asks for them; they are public.

import type { Bytes, Identity } from '@vitalseal/protocol';
import { bytes, codec, identity, list, optional, record } from '@vitalseal/protocol/fields';
import type { Renewal } from '../../personalisation/sign-renewal.ts';

export interface CertificateSet {
  /** DER, leaf first, without the root. */
  readonly chain: readonly Bytes[];
  /** Roots, DER. */
  readonly anchors: readonly Bytes[];
}

const certificate = bytes('a certificate', 1, 4096);

export const certificateSet = codec(
  record<CertificateSet>('certificates', {
    chain: list('a chain', certificate, 1, 4),
    anchors: list('anchors', certificate, 1, 8),
  }),
  1 << 15,
);

export const renewal = codec(
  record<Renewal>('a renewal', {
    identity,
    request: bytes('a request', 1, 4096),
    certificate,
    signature: bytes('a signature', 64, 64),
  }),
  1 << 14,
);

export interface BondedWith {
  readonly sensors: readonly Identity[];
  readonly hospital?: Identity;
}

export const bonds = codec(
  record<BondedWith>('bonds', { sensors: list('sensors', identity, 0, 16), hospital: optional(identity) }),
  4096,
);

export const owner = codec<Identity>(identity, 256);
