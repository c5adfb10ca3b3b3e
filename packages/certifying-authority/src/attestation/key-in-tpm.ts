// A TPM's statement that a key which signs was made in it and cannot leave it: TPM2_Certify under its attestation key.
import { type Bytes, equalBytes, type VerifyingKey } from '@vitalseal/protocol';
import { decodePublicArea, keyAttributes, nameOf, parseAttest, spkiOfPoint } from '@vitalseal/tpm/structures';

export interface KeyStatement {
  /** Of the key that is in the TPM: TPMT_PUBLIC. */
  readonly publicArea: Bytes;
  /** TPMS_ATTEST, and the signature of the attestation key over it: r || s. */
  readonly attest: Bytes;
  readonly signature: Bytes;
}

/** @throws TpmError, ProtocolError if it cannot be read */
export async function statesKeyInTpm(
  { publicArea, attest, signature }: KeyStatement,
  {
    spki,
    nonce,
    attestationKey,
  }: { readonly spki: Bytes; readonly nonce: Bytes; readonly attestationKey: VerifyingKey },
): Promise<boolean> {
  const key = decodePublicArea(publicArea);
  if (key.type !== 'ecc' || key.use !== 'ecdsa' || key.attributes !== keyAttributes.signing) return false;
  const statement = parseAttest(attest);
  return (
    equalBytes(spkiOfPoint(key.point), spki) &&
    statement.kind === 'certify' &&
    equalBytes(statement.name, await nameOf(publicArea)) &&
    equalBytes(statement.nonce, nonce) &&
    (await attestationKey.verify(attest, signature)) === true
  );
}
