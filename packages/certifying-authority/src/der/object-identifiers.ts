// The object identifiers of our profile, as the octets that stand in a certificate (in hexadecimal, for comparing).
import { bytesToHex } from '@vitalseal/protocol';
import { derObjectIdentifier } from './writer.ts';

export const dottedIdentifiers = {
  // RFC 5480, RFC 5758
  ecPublicKey: '1.2.840.10045.2.1',
  p256: '1.2.840.10045.3.1.7',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  // X.520
  commonName: '2.5.4.3',
  // RFC 5280 section 4.2, 5.2
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  nameConstraints: '2.5.29.30',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  anyPurpose: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  // RFC 6402 section 2.10
  cmcRegistrationAuthority: '1.3.6.1.5.5.7.3.28',
  // Our own, in the arc that every UUID has (X.667): may have a hospital's staff certified.
  staffRegistration: '2.25.197253349514960282869276669835094443143',
  // TCG Infrastructure Work Group, credential profiles: an attestation key, which signs nothing but what its TPM states.
  tcgAttestationKey: '2.23.133.8.3',
  // RFC 2985
  extensionRequest: '1.2.840.113549.1.9.14',
  // RFC 5652
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
} as const;

export type KnownIdentifier = keyof typeof dottedIdentifiers;

const contents = new Map<KnownIdentifier, string>();
for (const [name, dotted] of Object.entries(dottedIdentifiers)) {
  contents.set(name as KnownIdentifier, bytesToHex(derObjectIdentifier(dotted).subarray(2)));
}

/** Whether the contents octets (hexadecimal, of `objectIdentifier`) are that identifier's. */
export function isIdentifier(hex: string, name: KnownIdentifier): boolean {
  return contents.get(name) === hex;
}
