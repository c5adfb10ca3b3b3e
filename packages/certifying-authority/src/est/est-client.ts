// The EST client (RFC 7030): asks, and believes nothing that it cannot check. Works with any `fetch`, in a page
// through the hospital's origin or in Node straight to the authority.
import { type Awaitable, type Bytes, decodeCbor, equalBytes, formatIdentity, type Identity } from '@vitalseal/protocol';
import { type ProofPurpose, proofInput } from '../authority/holder-proof.ts';
import { staffRequest } from '../authority/registration.ts';
import type { TpmChallenge } from '../authority/tpm-certification.ts';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { decodeCertsOnly, maximumCertsOnlyLength } from '../certs-only/certs-only.ts';
import { decodeBase64, encodeBase64Lines } from '../encoding/base64.ts';
import { CertificateError } from '../errors.ts';
import { verifyRequest } from '../request/verify-request.ts';
import { maximumCrlLength } from '../revocation-list/read-crl.ts';
import {
  attestationKeyPath,
  basicAuthorization,
  crlPath,
  estPath,
  mediaType,
  parseErrorText,
  proofAuthorization,
  revocationPath,
  tpmChallengePath,
} from './est-message.ts';

/** As much of `fetch` as is used here, so that pages, Node and tests can bring their own. */
export type EstFetch = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: string;
    signal?: AbortSignal;
    credentials?: 'omit';
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}>;

/** Whoever renews, or asks for another: the current certificate and a signature with its key, wherever the key is. */
export interface CertificateHolder {
  /** DER. */
  readonly certificate: Bytes;
  /** ES256: r || s. */
  readonly sign: (toBeSigned: Bytes) => Awaitable<Bytes>;
}

export interface EstClient {
  /** All certificates of the authority; trusted only once checked against a pinned root (`bootstrapTrust`). */
  cacerts(): Promise<Bytes[]>;
  simpleEnroll(csr: Bytes, claim: { readonly identity: Identity; readonly code: string }): Promise<Bytes>;
  /** For a patient's card. @param registrar the registration authority */
  simpleEnrollFor(csr: Bytes, registrar: CertificateHolder): Promise<Bytes>;
  /** For somebody on its staff, for a session. @param registrar a hospital that may */
  staffEnrollFor(csr: Bytes, identity: Identity, registrar: CertificateHolder): Promise<Bytes>;
  simpleReenroll(csr: Bytes, holder: CertificateHolder): Promise<Bytes>;
  /** For a TLS server of the hospital. */
  serverEnroll(csr: Bytes, holder: CertificateHolder): Promise<Bytes>;
  /** @param request of `encodeTpmRequest` @param hospital whose identity key is in that TPM */
  tpmChallenge(request: Bytes, hospital: CertificateHolder): Promise<TpmChallenge>;
  /** @param opened of `encodeTpmProof` @returns the certificate of the attestation key, DER */
  attestationKeyEnroll(opened: Bytes, hospital: CertificateHolder): Promise<Bytes>;
  /** Of a card that it registered. @param certificate DER @param registrar the registration authority */
  revoke(certificate: Bytes, registrar: CertificateHolder): Promise<void>;
  /** @param after waits until the list is not this number; undefined when there was none within half a minute */
  crl(after?: number, signal?: AbortSignal): Promise<Bytes | undefined>;
}

const shortTimeout = 20_000;
const longTimeout = 40_000;
const maximumErrorLength = 1024;

interface Bounds {
  /** Octets of the answer. */
  readonly limit: number;
  /** Milliseconds. */
  readonly patience: number;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Bytes;
}

/**
 * @param options.url any address of the authority, or of a hospital that forwards to it, as an activation link has it:
 * only its origin counts
 */
export function createEstClient({ url, fetch }: { url: string; fetch: EstFetch }): EstClient {
  if (!URL.canParse(url)) throw new CertificateError('est-unreachable', 'expected the address of the authority');
  const { origin } = new URL(url);

  async function ask(path: string, init: Parameters<EstFetch>[1], { limit, patience }: Bounds): Promise<Answer> {
    const timeout = AbortSignal.timeout(patience);
    const signal = init.signal === undefined ? timeout : AbortSignal.any([timeout, init.signal]);
    try {
      // Without credentials a browser does not open its own password window when a code is refused (HTTP 401).
      const response = await fetch(`${origin}${path}`, { ...init, signal, credentials: 'omit' });
      const allowed = response.status === 200 ? limit : maximumErrorLength;
      if (Number(response.headers.get('content-length') ?? 0) > allowed) throw tooLarge();
      const body = new Uint8Array(await response.arrayBuffer());
      if (body.length > allowed) throw tooLarge();
      return { status: response.status, type: response.headers.get('content-type')?.toLowerCase() ?? '', body };
    } catch (cause) {
      if (cause instanceof CertificateError) throw cause;
      throw new CertificateError('est-unreachable', 'expected the certifying authority to answer', { cause });
    }
  }

  async function askCertificates(path: string, init: Parameters<EstFetch>[1]): Promise<Bytes[]> {
    const { status, type, body } = await ask(`${estPath}${path}`, init, {
      limit: 2 * maximumCertsOnlyLength,
      patience: shortTimeout,
    });
    const text = new TextDecoder().decode(body);
    if (status !== 200) throw parseErrorText(status, text);
    if (!type.startsWith('application/pkcs7-mime'))
      throw new CertificateError('est-failed', 'expected a certs-only message');
    return decodeCertsOnly(decodeBase64(text));
  }

  async function askCertificate(path: string, csr: Bytes, authorization?: string): Promise<Bytes> {
    const headers = {
      'content-type': mediaType.request,
      'content-transfer-encoding': 'base64',
      ...(authorization === undefined ? {} : { authorization }),
    };
    const answer = await askCertificates(path, { method: 'POST', headers, body: encodeBase64Lines(csr) });
    const [certificate] = answer;
    if (certificate === undefined || answer.length !== 1)
      throw new CertificateError('est-failed', 'expected exactly one certificate');
    const { publicKeySpki } = await verifyRequest(csr);
    if (!equalBytes(parseCertificate(certificate).publicKeySpki, publicKeySpki)) {
      throw new CertificateError('est-failed', 'expected a certificate for the key of the request');
    }
    return certificate;
  }

  async function proof(
    purpose: ProofPurpose,
    octets: Bytes,
    { certificate, sign }: CertificateHolder,
  ): Promise<string> {
    return proofAuthorization({ certificate, signature: await sign(proofInput(purpose, octets)) });
  }

  async function tpmRequest(
    purpose: ProofPurpose,
    octets: Bytes,
    hospital: CertificateHolder,
  ): Promise<Parameters<EstFetch>[1]> {
    const headers = {
      'content-type': mediaType.cbor,
      'content-transfer-encoding': 'base64',
      authorization: await proof(purpose, octets, hospital),
    };
    return { method: 'POST', headers, body: encodeBase64Lines(octets) };
  }

  return {
    cacerts: () => askCertificates('/cacerts', { method: 'GET', headers: {} }),
    simpleEnroll: (csr, { identity, code }) => askCertificate('/simpleenroll', csr, basicAuthorization(identity, code)),
    simpleEnrollFor: async (csr, registrar) =>
      askCertificate('/simpleenroll', csr, await proof('registration', csr, registrar)),
    staffEnrollFor: async (csr, identity, registrar) =>
      askCertificate(
        `/staff/simpleenroll?identity=${encodeURIComponent(formatIdentity(identity))}`,
        csr,
        await proof('staff', staffRequest(csr, identity), registrar),
      ),
    simpleReenroll: async (csr, holder) => askCertificate('/simplereenroll', csr, await proof('identity', csr, holder)),
    serverEnroll: async (csr, holder) =>
      askCertificate('/server/simpleenroll', csr, await proof('server', csr, holder)),
    tpmChallenge: async (request, hospital) => {
      const init = await tpmRequest('tpm', request, hospital);
      const { status, body } = await ask(tpmChallengePath, init, { limit: 1024, patience: shortTimeout });
      if (status !== 200) throw parseErrorText(status, new TextDecoder().decode(body));
      return readChallenge(body);
    },
    attestationKeyEnroll: async (opened, hospital) => {
      const init = await tpmRequest('attestation-key', opened, hospital);
      const [certificate, ...others] = await askCertificates(attestationKeyPath.slice(estPath.length), init);
      if (certificate === undefined || others.length > 0)
        throw new CertificateError('est-failed', 'expected exactly one certificate');
      return certificate;
    },
    revoke: async (certificate, registrar) => {
      const headers = {
        'content-type': mediaType.certificate,
        'content-transfer-encoding': 'base64',
        authorization: await proof('revocation', certificate, registrar),
      };
      const init = { method: 'POST', headers, body: encodeBase64Lines(certificate) };
      const { status, body } = await ask(revocationPath, init, { limit: 0, patience: shortTimeout });
      if (status !== 204) throw parseErrorText(status, new TextDecoder().decode(body));
    },
    crl: async (after, signal) => {
      const query = after === undefined ? '' : `?after=${after}`;
      const patience = after === undefined ? shortTimeout : longTimeout;
      const init = { method: 'GET', headers: {}, ...(signal === undefined ? {} : { signal }) };
      const { status, body } = await ask(`${crlPath}${query}`, init, { limit: maximumCrlLength, patience });
      if (status === 204) return undefined;
      if (status !== 200) throw parseErrorText(status, new TextDecoder().decode(body));
      return body;
    },
  };
}

function readChallenge(body: Bytes): TpmChallenge {
  const fields = decodeCbor(body);
  const [identity, encryptedSecret, ...others] = Array.isArray(fields) ? fields : [];
  if (!(identity instanceof Uint8Array) || !(encryptedSecret instanceof Uint8Array) || others.length > 0) {
    throw new CertificateError('est-failed', 'expected a challenge for a TPM');
  }
  return { identity, encryptedSecret };
}

function tooLarge(): CertificateError {
  return new CertificateError('too-large', 'expected a shorter answer of the certifying authority');
}
