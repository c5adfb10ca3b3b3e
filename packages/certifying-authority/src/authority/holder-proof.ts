// Proof of holding the key of a current certificate, for renewal (RFC 7030 section 4.2.2) and for what a registration
// authority asks (section 3.7). The RFC proves it by the client certificate of the TLS connection. Behind the hospital,
// which forwards enrolment for pages and phones, there is no such connection; in a page there is no client certificate at
// all; and a key inside a TPM does not sign in TLS here. There the key signs the request itself. That is the same proof
// (possession of the key, bound to this one request by its octets and to this purpose by a label), and a copy of it is
// worth nothing: it can only do once more what was done.
import { type Bytes, concatBytes, equalBytes, type Identity } from '@vitalseal/protocol';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { utf8 } from '../encoding/text.ts';
import { CertificateError } from '../errors.ts';
import { verifyingKey } from '../key/public-key.ts';
import type { Ledger } from './ledger.ts';
import type { IssuedRecord } from './records.ts';

/** What the proof is for: a signature for one is none for another. */
export type ProofPurpose = 'identity' | 'server' | 'registration' | 'staff' | 'revocation' | 'tpm' | 'attestation-key';

export type HolderProof =
  /** TLS has verified that the client holds the certificate's key. */
  | { readonly kind: 'tls'; readonly certificate: Bytes }
  /** ES256 over `proofInput`. */
  | { readonly kind: 'signature'; readonly certificate: Bytes; readonly signature: Bytes };

/** Begins with a letter, as neither EDHOC's nor X.509's signed structures do: no signature serves two protocols. */
export function proofInput(purpose: ProofPurpose, octets: Bytes): Bytes {
  return concatBytes(utf8(`vitalseal renewal 1 ${purpose}\0`), octets);
}

export interface Asked {
  readonly purpose: ProofPurpose;
  /** The request, or the certificate, that is asked for or about: DER. */
  readonly octets: Bytes;
  readonly proof: HolderProof;
  /** What is thrown unless the proof is that of a current certificate of this authority. */
  readonly refusal: () => CertificateError;
}

export interface Holder {
  readonly holder: IssuedRecord;
  readonly identity: Identity;
}

export class HolderProofs {
  readonly #ledger: Ledger;
  readonly #now: () => number;

  constructor({ ledger, now }: { ledger: Ledger; now: () => number }) {
    this.#ledger = ledger;
    this.#now = now;
  }

  /** @throws CertificateError the refusal, `expired`, `revoked` */
  async verify({ purpose, octets, proof, refusal }: Asked): Promise<Holder> {
    const { serial, publicKeySpki, notBefore, notAfter } = parseCertificate(proof.certificate);
    const holder = await this.#ledger.bySerial(serial);
    // The ledger's own copy, octet for octet: stronger than validating a path.
    const known = holder?.kind === 'identity' && equalBytes(holder.certificate, proof.certificate);
    if (!known || holder.identity === undefined) throw refusal();
    if (proof.kind === 'signature') {
      const key = await verifyingKey(publicKeySpki);
      if ((await key.verify(proofInput(purpose, octets), proof.signature)) !== true) throw refusal();
    }
    const at = this.#now();
    if (!(at >= notBefore && at < notAfter + 1000))
      throw new CertificateError('expired', 'expected a certificate still valid');
    await this.unlessRevoked(holder, holder);
    return { holder, identity: holder.identity };
  }

  /** Asked after the entry, see Enrolment: a revocation at the same moment is not outrun. */
  async unlessRevoked(holder: IssuedRecord, record: IssuedRecord): Promise<IssuedRecord> {
    const outrun = await this.#ledger.isRevoked(holder.serial);
    if (outrun) await this.#ledger.revoke(record, this.#now());
    if (outrun || (await this.#ledger.isRevoked(record.serial))) {
      throw new CertificateError('revoked', 'expected a certificate that is not revoked');
    }
    return record;
  }
}
