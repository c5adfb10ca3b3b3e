// The EST server (RFC 7030) and the revocation list, as a function from request to response: the app puts HTTPS before
// it. `/cacerts`, `/simpleenroll` and `/simplereenroll` are the RFC's; `/server/simpleenroll` uses its label (section
// 3.2.2) for certificates of TLS servers, `/staff/simpleenroll` for those of a hospital's staff; `/tpm/challenge` and
// `/tpm/simpleenroll` for the attestation key of its TPM; `/crl?after=N` answers when the list is no longer number N;
// `/revoke` takes a certificate that the asking registration authority had issued.
import { type Bytes, encodeCbor, type Identity, parseIdentity } from '@vitalseal/protocol';
import type { Authority } from '../authority/authority.ts';
import type { HolderProof } from '../authority/holder-proof.ts';
import type { MakeCredential } from '../authority/tpm-certification.ts';
import { encodeCertsOnly } from '../certs-only/certs-only.ts';
import { decodeBase64, encodeBase64Lines } from '../encoding/base64.ts';
import { utf8 } from '../encoding/text.ts';
import { CertificateError, type CertificateErrorCode } from '../errors.ts';
import {
  attestationKeyPath,
  crlPath,
  errorText,
  estPath,
  mediaType,
  parseBasicAuthorization,
  parseProofAuthorization,
  revocationPath,
  staffPath,
  tpmChallengePath,
} from './est-message.ts';
import { ListWaiters } from './list-waiters.ts';

export interface EstRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly contentType?: string | undefined;
  readonly authorization?: string | undefined;
  readonly body: Bytes;
  /** DER; only if TLS has verified that the client holds its key. */
  readonly clientCertificate?: Bytes | undefined;
  /** Ends a long poll whose asker has gone. */
  readonly signal?: AbortSignal | undefined;
}

export interface EstResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Bytes;
}

/** Octets of base64: a request is at most 4096. */
export const maximumEstBody = 8192;
/** Shorter than the usual patience of a proxy. */
const longPoll = 25_000;

export class EstService {
  readonly #authority: Authority;
  readonly #waiters: ListWaiters;
  readonly #makeCredential: MakeCredential | undefined;

  /** @param options.makeCredential of @vitalseal/tpm, where there is one: keys of TPMs are certified with it */
  constructor(authority: Authority, { makeCredential }: { readonly makeCredential?: MakeCredential } = {}) {
    this.#authority = authority;
    this.#makeCredential = makeCredential;
    this.#waiters = new ListWaiters(authority);
  }

  /** Answers refusals as HTTP; throws only what is no refusal (a store that fails). */
  async handle(request: EstRequest): Promise<EstResponse> {
    try {
      return await this.#route(request);
    } catch (error) {
      if (error instanceof CertificateError && error.code !== 'store-damaged') return refusal(error);
      throw error;
    }
  }

  close(): void {
    this.#waiters.close();
  }

  async #route(request: EstRequest): Promise<EstResponse> {
    const { pathname, searchParams } = new URL(request.url, 'https://authority.invalid');
    const route = `${request.method} ${pathname}`;
    switch (route) {
      case `GET ${estPath}/cacerts`:
        return certificates(this.#authority.certificates);
      case `POST ${estPath}/simpleenroll`:
        return certificates([await this.#simpleEnroll(request)]);
      case `POST ${estPath}/simplereenroll`:
        return certificates([await this.#authority.reenrol(readBody(request), readProof(request))]);
      case `POST ${estPath}/server/simpleenroll`:
        return certificates([await this.#authority.enrolServer(readBody(request), readProof(request))]);
      case `POST ${staffPath}`:
        return certificates([await this.#registerStaff(request, searchParams.get('identity') ?? '')]);
      case `POST ${revocationPath}`:
        await this.#authority.revokeRegistered(
          readBody(request, mediaType.certificate),
          readProof(request, 'registration-refused'),
        );
        return { status: 204, headers: { 'cache-control': 'no-store' }, body: new Uint8Array() };
      case `POST ${tpmChallengePath}`:
        return await this.#challengeTpm(request);
      case `POST ${attestationKeyPath}`: {
        const proof = readProof(request, 'tpm-refused');
        return certificates([await this.#authority.certifyAttestationKey(readBody(request, mediaType.cbor), proof)]);
      }
      case `GET ${crlPath}`:
        return this.#revocationList(searchParams.get('after'), request.signal);
      default:
        return {
          status: 404,
          headers: { 'content-type': mediaType.error },
          body: utf8('expected an operation of EST (est-failed)\n'),
        };
    }
  }

  /** Who brings a code uses it; who brings a certificate instead must be a registration authority. */
  async #simpleEnroll(request: EstRequest): Promise<Bytes> {
    const { authorization } = request;
    const csr = readBody(request);
    const proof = findProof(request);
    const registering = proof?.kind === 'signature' || (proof !== undefined && authorization === undefined);
    if (registering) return this.#authority.register(csr, proof);
    return this.#authority.enrol(csr, parseBasicAuthorization(authorization));
  }

  async #challengeTpm(request: EstRequest): Promise<EstResponse> {
    if (this.#makeCredential === undefined) {
      throw new CertificateError('tpm-refused', 'expected an authority that certifies keys of TPMs');
    }
    const proof = readProof(request, 'tpm-refused');
    const body = readBody(request, mediaType.cbor);
    const { identity, encryptedSecret } = await this.#authority.challengeTpm(body, proof, this.#makeCredential);
    return {
      status: 200,
      headers: { 'content-type': mediaType.cbor, 'cache-control': 'no-store' },
      body: encodeCbor([identity, encryptedSecret]),
    };
  }

  async #registerStaff(request: EstRequest, identity: string): Promise<Bytes> {
    const proof = readProof(request, 'registration-refused');
    return this.#authority.registerStaff(readBody(request), namedIdentity(identity), proof);
  }

  async #revocationList(after: string | null, signal: AbortSignal | undefined): Promise<EstResponse> {
    if (after !== null && !/^\d{1,15}$/.test(after))
      throw new CertificateError('malformed', 'expected a number after which to wait');
    const list =
      after === null
        ? await this.#authority.crl()
        : await this.#waiters.next(Number(after), { timeout: longPoll, signal });
    const headers = { 'cache-control': 'no-store' };
    if (list === undefined) return { status: 204, headers, body: new Uint8Array() };
    return { status: 200, headers: { ...headers, 'content-type': mediaType.crl }, body: list.crl };
  }
}

function namedIdentity(text: string): Identity {
  try {
    return parseIdentity(text);
  } catch (cause) {
    throw new CertificateError('malformed', 'expected the identity of whom the certificate is for', { cause });
  }
}

function readBody({ contentType, body }: EstRequest, type: string = mediaType.request): Bytes {
  if (contentType?.split(';')[0]?.trim().toLowerCase() !== type) {
    throw new CertificateError('request-refused', `expected a body of type ${type}`);
  }
  if (body.length > maximumEstBody)
    throw new CertificateError('too-large', `expected a body of at most ${maximumEstBody} octets`);
  return decodeBase64(new TextDecoder().decode(body));
}

function findProof({ authorization, clientCertificate }: EstRequest): HolderProof | undefined {
  const proof = parseProofAuthorization(authorization);
  if (proof !== undefined) return proof;
  return clientCertificate === undefined ? undefined : { kind: 'tls', certificate: clientCertificate };
}

function readProof(request: EstRequest, code: CertificateErrorCode = 'renewal-refused'): HolderProof {
  const proof = findProof(request);
  if (proof !== undefined) return proof;
  throw new CertificateError(code, 'expected a client certificate, or a request signed with the key of a current one');
}

function certificates(ders: readonly Bytes[]): EstResponse {
  return {
    status: 200,
    headers: {
      'content-type': mediaType.certificates,
      'content-transfer-encoding': 'base64',
      'cache-control': 'no-store',
    },
    body: utf8(encodeBase64Lines(encodeCertsOnly(ders))),
  };
}

const statusOf: Partial<Record<CertificateErrorCode, number>> = {
  'activation-code-refused': 401,
  'activation-code-expired': 403,
  'activation-code-used': 403,
  expired: 403,
  'identity-refused': 403,
  'key-in-use': 403,
  'registration-refused': 403,
  'renewal-refused': 403,
  revoked: 403,
  'server-name-refused': 403,
  'too-large': 413,
  'tpm-not-approved': 403,
  'tpm-refused': 403,
};

function refusal(error: CertificateError): EstResponse {
  const status = statusOf[error.code] ?? 400;
  const headers: Record<string, string> = { 'content-type': mediaType.error, 'cache-control': 'no-store' };
  if (status === 401) headers['www-authenticate'] = 'Basic realm="certifying authority"';
  return { status, headers, body: utf8(errorText(error)) };
}
