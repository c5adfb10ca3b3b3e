// Path validation as a long-lived service: handshakes arrive many a second with the same issuing certificate and often
// the same leaf, so what was checked once is remembered by the exact octets. Only facts that never change are kept
// (a signature stays valid); validity, revocation and role are asked again at every use, and only what passed is kept,
// so that rubbish cannot push good entries out.
import {
  type Bytes,
  bytesToHex,
  equalBytes,
  type Identity,
  type Role,
  sha256,
  type VerifyingKey,
} from '@vitalseal/protocol';
import { maximumCertificateLength, parseCertificate } from '../certificate/parse-certificate.ts';
import { CertificateError } from '../errors.ts';
import { BoundedMap } from './bounded-map.ts';
import {
  type CheckedIssuer,
  type CheckedLeaf,
  checkAnchor,
  checkIssuing,
  checkLeaf,
  maximumChainLength,
} from './check-path.ts';
import { expectRole, expectUnrevoked, expectValidAt, type IsRevoked } from './valid-at.ts';

export interface PathQuestion {
  /** DER, leaf first; the anchor itself may stand at the end. */
  readonly chain: readonly Bytes[];
  /** UTC milliseconds. */
  readonly at: number;
  /** Left out: any role. */
  readonly role?: Role | readonly Role[];
  readonly isRevoked?: IsRevoked;
}

export interface ValidCertificate {
  readonly identity: Identity;
  /** Hexadecimal, lower case. */
  readonly serial: string;
  readonly certificate: Bytes;
  readonly publicKeySpki: Bytes;
  readonly publicKey: VerifyingKey;
  /** Of the leaf and the issuing certificates: a live channel asks with these whether it may go on. */
  readonly serials: readonly string[];
  /** UTC milliseconds until which the whole path is valid. */
  readonly notAfter: number;
}

const maximumAnchors = 16;

export class PathValidator {
  readonly #anchors: Promise<readonly CheckedIssuer[]>;
  readonly #issuers: BoundedMap<CheckedIssuer>;
  readonly #leaves: BoundedMap<CheckedLeaf>;

  /** @param options.remembered how many leaves are kept; each costs about 2 KiB */
  constructor({ anchors, remembered = 4096 }: { anchors: readonly Bytes[]; remembered?: number }) {
    this.#anchors = checkAnchors(anchors);
    // Reported by the first validation; without this, a bad anchor nobody asked about would end the process.
    this.#anchors.catch(() => undefined);
    this.#issuers = new BoundedMap(64);
    this.#leaves = new BoundedMap(remembered);
  }

  /** @throws CertificateError */
  async validate({ chain, at, role, isRevoked }: PathQuestion): Promise<ValidCertificate> {
    expectBounds(chain);
    const leaf = await this.#leaf(chain);
    expectValidAt(leaf.path, at);
    expectRole(leaf.identity, role);
    const serials = leaf.path.slice(1).map(({ serial }) => serial);
    expectUnrevoked(serials, isRevoked);
    const { certificate, identity, key } = leaf;
    return {
      identity,
      serial: certificate.serial,
      certificate: certificate.der,
      publicKeySpki: certificate.publicKeySpki,
      publicKey: key,
      serials,
      notAfter: Math.min(...leaf.path.map(({ notAfter }) => notAfter)),
    };
  }

  async #leaf(chain: readonly Bytes[]): Promise<CheckedLeaf> {
    const key = await chainKey(chain);
    const known = this.#leaves.get(key);
    if (known !== undefined) return known;
    const [leaf, ...above] = chain;
    if (leaf === undefined) throw chainLength();
    const checked = await checkLeaf(await this.#issuer(above, leaf), leaf);
    this.#leaves.set(key, checked);
    return checked;
  }

  /** @param chain the certificates above `below`, nearest first */
  async #issuer(chain: readonly Bytes[], below: Bytes): Promise<CheckedIssuer> {
    const [nearest, ...above] = chain;
    if (nearest === undefined) return this.#anchorOf(below);
    const anchor = above.length === 0 ? await this.#anchorItself(nearest) : undefined;
    if (anchor !== undefined) return anchor;
    const key = await chainKey(chain);
    const known = this.#issuers.get(key);
    if (known !== undefined) return known;
    const checked = await checkIssuing(await this.#issuer(above, nearest), nearest);
    this.#issuers.set(key, checked);
    return checked;
  }

  async #anchorItself(der: Bytes): Promise<CheckedIssuer | undefined> {
    return (await this.#anchors).find(({ certificate }) => equalBytes(certificate.der, der));
  }

  /** The anchor that bears the issuer's name; where several do (a root was renewed), the one whose key signed. */
  async #anchorOf(der: Bytes): Promise<CheckedIssuer> {
    const { issuer, signed } = parseCertificate(der);
    const candidates = (await this.#anchors).filter(({ certificate }) => equalBytes(certificate.subject, issuer));
    const [first, ...others] = candidates;
    if (first === undefined) throw new CertificateError('untrusted', 'expected a chain that ends at a trusted root');
    for (const other of others) {
      if (await other.key.verify(signed.toBeSigned.raw, signed.signature)) return other;
    }
    return first;
  }
}

async function checkAnchors(anchors: readonly Bytes[]): Promise<readonly CheckedIssuer[]> {
  if (anchors.length === 0 || anchors.length > maximumAnchors) {
    throw new CertificateError('untrusted', `expected 1 to ${maximumAnchors} trusted roots`);
  }
  return Promise.all(anchors.map(checkAnchor));
}

function expectBounds(chain: readonly Bytes[]): void {
  if (chain.length === 0 || chain.length > maximumChainLength) throw chainLength();
  if (chain.some(({ length }) => length > maximumCertificateLength)) {
    throw new CertificateError('too-large', `expected certificates of at most ${maximumCertificateLength} octets`);
  }
}

function chainLength(): CertificateError {
  return new CertificateError('chain-length', `expected a chain of 1 to ${maximumChainLength} certificates`);
}

/** One hash a certificate, so that [AB] and [A, B] are two keys. */
async function chainKey(chain: readonly Bytes[]): Promise<string> {
  const hashes = await Promise.all(chain.map((der) => sha256(der)));
  return hashes.map(bytesToHex).join();
}

/** One path, nothing remembered. @throws CertificateError */
export async function validatePath({
  anchors,
  ...question
}: PathQuestion & { readonly anchors: readonly Bytes[] }): Promise<ValidCertificate> {
  return new PathValidator({ anchors, remembered: 1 }).validate(question);
}
