// Who this program is towards a card: the hash of the certificate that signed its release. The release is measured where
// it runs; a program that was changed after the authority vouched for it is nobody, and does not even ask the card.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  CertificateError,
  type IsRevoked,
  parseAttestation,
  parseCertificate,
  readAttestation,
  readCrl,
  type ValidAttestation,
  verifyAttestation,
} from '@vitalseal/certifying-authority';
import { measureRelease } from '@vitalseal/certifying-authority/node';
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import { PatientError } from '../errors.ts';

export interface OwnRelease {
  /** File that `vitalseal ca attest` wrote; without one the program is let in only where every program is. */
  readonly attestation?: string;
  /** Folder of the release; the one this program runs in. */
  readonly root?: string;
  /** Roots of the certifying authority, where the phone knows them. The card knows the signer in any case. */
  readonly anchors?: readonly Bytes[];
  /** UTC ms. */
  readonly at: number;
  /** The authority's revocation list, DER; one of another issuing authority says nothing here. */
  readonly revocations?: Bytes;
}

export interface ReleaseIdentity {
  /** Hashes of certificates that signed the release, as access rules name them; none for a release nobody vouches for. */
  readonly signerHashes: readonly Bytes[];
}

const ownRoot = fileURLToPath(new URL('../../../..', import.meta.url));

/** @throws PatientError `release-not-attested`, `release-changed` */
export async function releaseIdentity(own: OwnRelease): Promise<ReleaseIdentity> {
  if (own.attestation === undefined) return { signerHashes: [] };
  const { release, signerHash } = await attested(own, own.attestation);
  const measured = await measureRelease(own.root ?? ownRoot);
  if (!equalBytes(measured.digest, release.digest)) {
    throw new PatientError('release-changed', 'expected the release that the authority vouches for, unchanged');
  }
  return { signerHashes: [signerHash] };
}

async function attested({ anchors, at, revocations }: OwnRelease, file: string): Promise<ValidAttestation> {
  try {
    const attestation = new Uint8Array(await readFile(file));
    const question = { attestation, at, isRevoked: await revokedBy(attestation, revocations) };
    return anchors ? await verifyAttestation({ ...question, anchors }) : await readAttestation(question);
  } catch (cause) {
    throw new PatientError('release-not-attested', 'expected an attestation of this release', { cause });
  }
}

/** The list is believed if whoever certified the signer has signed it. */
async function revokedBy(attestation: Bytes, list: Bytes | undefined): Promise<IsRevoked> {
  const [, issuing] = parseAttestation(attestation).chain;
  if (list === undefined || issuing === undefined) return () => false;
  try {
    const { revoked } = await readCrl(list, parseCertificate(issuing));
    return (serial) => revoked.has(serial);
  } catch (error) {
    if (error instanceof CertificateError) return () => false;
    throw error;
  }
}
