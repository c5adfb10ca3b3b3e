// Attestation: the authority vouches for a release. The key that signs is its own, made when the first release is
// attested and kept as long as its certificate is good: access rules in cards name that certificate, so that a release
// that follows another is let in without new rules.
import { bytesToHex, equalBytes } from '@vitalseal/protocol';
import { parseAttestation, signAttestation } from '../attestation/attestation.ts';
import { expectRelease, type Release, releaseNumber } from '../attestation/release.ts';
import { decodeBase64, encodeBase64 } from '../encoding/base64.ts';
import { CertificateError } from '../errors.ts';
import { exportPrivateKey, exportPublicKey, generateKeyPair, importPrivateKey, signEs256 } from '../key/key-pair.ts';
import type { AuthorityStore } from './authority-store.ts';
import type { Certifier } from './certifier.ts';
import type { Ledger } from './ledger.ts';
import type { IssuedRecord } from './records.ts';

interface AttestingOptions {
  readonly store: AuthorityStore;
  readonly ledger: Ledger;
  readonly certifier: Certifier;
  readonly now: () => number;
}

const kind = 'release-keys';

export class Attesting {
  readonly #options: AttestingOptions;

  constructor(options: AttestingOptions) {
    this.#options = options;
  }

  /**
   * The same release again gets the same attestation; a version stands for one content, for ever.
   * @returns the record whose certificate is the attestation
   * @throws CertificateError `release-malformed`, `release-attested`, `revoked`
   */
  async attest(release: Release): Promise<IssuedRecord> {
    const { ledger, certifier, now } = this.#options;
    const { name, version, digest } = expectRelease(release);
    const entry = `release-${name}-${releaseNumber(version)}`;
    const before = await ledger.issued.get(entry);
    const record =
      before ??
      (await certifier.attestRelease(
        { name: entry, release: `${name} ${version}` },
        await this.#signer(),
        async (serial, signer, chain) => {
          const privateKey = await this.#privateKey(signer);
          const sign = { chain, sign: (toBeSigned: Uint8Array<ArrayBuffer>) => signEs256(privateKey, toBeSigned) };
          return signAttestation({ serial, release, issuedAt: now() }, sign);
        },
      ));
    if (!equalBytes(parseAttestation(record.certificate).release.digest, digest)) {
      throw new CertificateError('release-attested', 'expected a version that has not been attested before');
    }
    if (await ledger.isRevoked(record.serial)) {
      throw new CertificateError('revoked', 'expected a release that is not revoked');
    }
    return record;
  }

  /** The certificate whose hash cards' access rules name; made if there is none yet. */
  async signer(): Promise<IssuedRecord> {
    return this.#signer();
  }

  async #signer(): Promise<IssuedRecord> {
    const { ledger, certifier, store, now } = this.#options;
    const at = now();
    const signers = (await ledger.own('release-signer')).toSorted((a, b) => b.issuedAt - a.issuedAt);
    for (const record of signers) {
      if (record.notAfter > at && !(await ledger.isRevoked(record.serial))) return record;
    }
    const keys = await generateKeyPair({ extractable: true });
    const privateKey = encodeBase64(await exportPrivateKey(keys.privateKey));
    const publicKeySpki = await exportPublicKey(keys.publicKey);
    // The key before its certificate: a certificate without a key could sign nothing.
    await store.create(kind, keyName(publicKeySpki), JSON.stringify({ privateKey }));
    return certifier.certifyReleaseSigner(publicKeySpki);
  }

  async #privateKey({ publicKeySpki }: IssuedRecord) {
    const text = await this.#options.store.read(kind, keyName(publicKeySpki));
    const { privateKey } = JSON.parse(text ?? '{}') as { privateKey?: unknown };
    if (typeof privateKey !== 'string') {
      throw new CertificateError('store-damaged', 'expected the key of a signer of releases');
    }
    return importPrivateKey(decodeBase64(privateKey));
  }
}

/** A name for a key in the store: its last coordinate's octets, which no other key has. */
function keyName(publicKeySpki: Uint8Array): string {
  return bytesToHex(publicKeySpki.subarray(-32));
}
