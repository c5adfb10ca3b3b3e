/** Answers which release the hospital runs, to whoever shares a channel with it: patients' cards and clinicians' pages. */
import {
  attestationNonce,
  decodeAttestationRequest,
  encodeEvidence,
  parseCertificate,
} from '@vitalseal/certifying-authority';
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import type { ChannelRegistry } from '../channels/channel-registry.ts';
import { HospitalError } from '../errors.ts';
import { type HospitalKeys, leafOf } from '../keys/hospital-keys.ts';
import type { Attestor } from '../keys/key-store.ts';
import { readAttestationChain, readReleaseAttestation } from './attestation-files.ts';
import { KeyStatements } from './key-statements.ts';

export interface AttestationDeskOptions {
  readonly dataDir: string;
  /** Those that serve now. */
  readonly keys: () => HospitalKeys;
  readonly registry: Pick<ChannelRegistry, 'find'>;
}

/** Handshakes wait for the same TPM: whoever asks beyond these comes again. */
const mostAtATime = 8;

export class AttestationDesk {
  readonly #options: AttestationDeskOptions;
  readonly #statements = new KeyStatements();
  #answering = 0;

  constructor(options: AttestationDeskOptions) {
    this.#options = options;
  }

  /** @throws CertificateError `evidence-malformed`; HospitalError `not-attestable`, `keys-unavailable`, `channel-unknown` */
  async answer(request: Bytes): Promise<Bytes> {
    const { dataDir, keys, registry } = this.#options;
    const { channel, nonce } = decodeAttestationRequest(request);
    const serving = keys();
    const { attestor } = serving.keyStore;
    if (attestor === null) throw new HospitalError('not-attestable', 'expected keys in a TPM');
    // Read anew each time: both come by commands of the operator beside the server.
    const chain = readAttestationChain(dataDir);
    const release = readReleaseAttestation(dataDir, await attestor.release());
    // A certificate of the TPM before this one would make a lie of an honest answer.
    if (chain === undefined || release === undefined || !isKeyOf(chain[0], attestor)) {
      throw new HospitalError('not-attestable', 'expected a certified attestation key, and an attested release');
    }
    // For a channel that is not ours we vouch for nothing: the answer is bound to it.
    if ((await registry.find(channel)) === undefined) {
      throw new HospitalError('not-permitted', 'expected the channel of somebody who knows the hospital');
    }
    if (this.#answering >= mostAtATime) throw new HospitalError('keys-unavailable', 'expected fewer to ask at a time');
    this.#answering += 1;
    try {
      const identityKey = parseCertificate(leafOf(serving)).publicKeySpki;
      const { attest, signature } = await attestor.quote(await attestationNonce({ nonce, channel, identityKey }));
      const statement = await this.#statements.about(identityKey, attestor);
      return encodeEvidence({ quote: attest, signature, chain, release, identityKey: statement });
    } finally {
      this.#answering -= 1;
    }
  }
}

function isKeyOf(certificate: Bytes, { attestationKey }: Attestor): boolean {
  return equalBytes(parseCertificate(certificate).publicKeySpki, attestationKey);
}
