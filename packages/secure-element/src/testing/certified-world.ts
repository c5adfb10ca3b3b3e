// A small authority of the real kind, for tests: root, issuing, and a certified party for any identity.

import {
  buildCrl,
  createIssuing,
  createRequest,
  createRoot,
  createServerRequest,
  exportPrivateKey,
  exportPublicKey,
  generateKeyPair,
  type Issuer,
  issueCertificate,
  issueServerCertificate,
  type KeyPair,
  ownCredential,
  parseCertificate,
} from '@vitalseal/certifying-authority';
import type { Bytes, Identity, OwnCredential } from '@vitalseal/protocol';

export interface CertifiedParty {
  readonly identity: Identity;
  /** DER, leaf first, without the root. */
  readonly chain: readonly Bytes[];
  readonly credential: OwnCredential;
}

const hour = 60 * 60_000;

export class CertifiedWorld {
  readonly root: Bytes;
  readonly #issuing: Issuer;
  readonly #at: number;

  private constructor(root: Bytes, issuing: Issuer, at: number) {
    this.root = root;
    this.#issuing = issuing;
    this.#at = at;
  }

  /** @param at the middle of everything's validity, UTC ms */
  static async make(at: number): Promise<CertifiedWorld> {
    const validity = { notBefore: at - 1000 * hour, notAfter: at + 1000 * hour };
    const rootPair = await generateKeyPair({ extractable: true });
    const root = await createRoot({ keyPair: rootPair, name: 'Test root', ...validity });
    const pair = await generateKeyPair({ extractable: true });
    const certificate = await createIssuing({
      publicKeySpki: await exportPublicKey(pair.publicKey),
      name: 'Test issuing',
      root: { certificate: root, privateKey: rootPair.privateKey },
      ...validity,
    });
    return new CertifiedWorld(root, { certificate, privateKey: pair.privateKey }, at);
  }

  async certify(csr: Bytes, identity: Identity, validity: { notAfter?: number } = {}): Promise<readonly Bytes[]> {
    const notAfter = validity.notAfter ?? this.#at + 500 * hour;
    const notBefore = Math.min(this.#at, notAfter) - 500 * hour;
    const leaf = await issueCertificate({ csr, identity, issuer: this.#issuing, notBefore, notAfter });
    return [leaf, this.#issuing.certificate];
  }

  async party(identity: Identity, validity: { notAfter?: number } = {}): Promise<CertifiedParty> {
    const pair = await generateKeyPair({ extractable: true });
    const chain = await this.certify(await createRequest(pair, identity), identity, validity);
    return { identity, chain, credential: ownCredential({ chain, privateKey: pair.privateKey, present: 'x5chain' }) };
  }

  /** The authority's revocation list with these parties on it. */
  revocationList(number: number, revoked: readonly CertifiedParty[]): Promise<Bytes> {
    const serials = revoked.map(({ chain: [leaf] }) => ({
      serial: parseCertificate(leaf ?? new Uint8Array(0)).serial,
      revokedAt: this.#at,
    }));
    const times = { thisUpdate: this.#at, nextUpdate: this.#at + 24 * hour };
    return buildCrl({ number, ...times, revoked: serials }, this.#issuing);
  }

  /** For a TLS server on the loopback. */
  async server(): Promise<{ chain: readonly Bytes[]; privateKey: Bytes }> {
    const pair: KeyPair = await generateKeyPair({ extractable: true });
    const names = ['localhost', '127.0.0.1'];
    const leaf = await issueServerCertificate({
      csr: await createServerRequest(pair, names),
      names,
      issuer: this.#issuing,
      notBefore: this.#at - 500 * hour,
      notAfter: this.#at + 500 * hour,
    });
    return { chain: [leaf, this.#issuing.certificate], privateKey: await exportPrivateKey(pair.privateKey) };
  }
}
