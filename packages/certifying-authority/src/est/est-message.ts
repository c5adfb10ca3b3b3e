// What EST (RFC 7030) says over HTTP, free of any HTTP library: bodies, headers, and errors as text with a code.
import { type Bytes, type Identity, type Role, roles } from '@vitalseal/protocol';
import type { HolderProof } from '../authority/holder-proof.ts';
import { decodeBase64, encodeBase64 } from '../encoding/base64.ts';
import { utf8 } from '../encoding/text.ts';
import { CertificateError, type CertificateErrorCode, certificateErrorCodes } from '../errors.ts';

export const estPath = '/.well-known/est';
export const crlPath = '/crl';
export const revocationPath = '/revoke';
/** With the query `identity`. */
export const staffPath = `${estPath}/staff/simpleenroll`;

/** A hospital's TPM: a challenge for it, then the certificate of its attestation key. */
export const tpmChallengePath = `${estPath}/tpm/challenge`;
export const attestationKeyPath = `${estPath}/tpm/simpleenroll`;

export const mediaType = {
  request: 'application/pkcs10',
  certificates: 'application/pkcs7-mime; smime-type=certs-only',
  certificate: 'application/pkix-cert',
  crl: 'application/pkix-crl',
  cbor: 'application/cbor',
  error: 'text/plain; charset=utf-8',
} as const;

/** HTTP Basic (RFC 7617). A user name holds no colon, so the identity stands as `<role>/<id>`. */
export function basicAuthorization({ role, id }: Identity, code: string): string {
  return `Basic ${encodeBase64(utf8(`${role}/${id}:${code}`))}`;
}

export function parseBasicAuthorization(header: string | undefined): { identity: Identity; code: string } {
  const [, token] = /^Basic ([A-Za-z0-9+/=]{1,512})$/i.exec(header ?? '') ?? [];
  const text = token === undefined ? '' : new TextDecoder().decode(decodeBase64(token));
  const [, role, id, code] = /^([a-z]+)\/([A-Za-z0-9._-]{1,64}):(.{1,64})$/.exec(text) ?? [];
  const known = roles.find((name) => name === role);
  if (known === undefined || id === undefined || code === undefined) {
    throw new CertificateError(
      'activation-code-refused',
      'expected <role>/<id> and an activation code as user and password',
    );
  }
  return { identity: { role: known satisfies Role, id }, code };
}

/** A scheme of our own in the header that every forwarder passes on: the certificate and its signature. */
const proofScheme = 'Vitalseal-Renewal';

export function proofAuthorization({ certificate, signature }: { certificate: Bytes; signature: Bytes }): string {
  return `${proofScheme} ${encodeBase64(certificate)}.${encodeBase64(signature)}`;
}

export function parseProofAuthorization(header: string | undefined): HolderProof | undefined {
  const [, certificate, signature] =
    /^Vitalseal-Renewal ([A-Za-z0-9+/=]{1,8192})\.([A-Za-z0-9+/=]{88})$/.exec(header ?? '') ?? [];
  if (certificate === undefined || signature === undefined) return undefined;
  return { kind: 'signature', certificate: decodeBase64(certificate), signature: decodeBase64(signature) };
}

/** `expected … (code)`, so that a person and a program can both read it. */
export function errorText({ message, code }: CertificateError): string {
  return `${message} (${code})\n`;
}

/** The error that a server told of; a text from elsewhere (a proxy) is not repeated. */
export function parseErrorText(status: number, text: string): CertificateError {
  const [, message, code] = /^([^\n]{1,200}) \(([a-z0-9-]{1,40})\)\n?$/.exec(text) ?? [];
  const known = certificateErrorCodes.find((name): name is CertificateErrorCode => name === code);
  if (known === undefined || message === undefined) {
    return new CertificateError('est-failed', `expected an answer of the authority, found HTTP status ${status}`);
  }
  return new CertificateError(known, message);
}
