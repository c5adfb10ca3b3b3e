// Which release the hospital runs, asked of its TPM and judged here: a page that is served by the hospital cannot be sure of
// itself, but whoever reads it knows what the hospital's own hardware says, and that the authority vouches for it.
import {
  attestationMediaType,
  encodeAttestationRequest,
  type IsRevoked,
  maximumEvidence,
  parseCertificate,
  verifyEvidence,
} from '@vitalseal/certifying-authority';
import { randomBytes } from '@vitalseal/protocol';
import type { DeviceCredential } from '../custody/key-custody.ts';
import { codeOf } from '../errors.ts';
import type { AgreedChannel } from './handshake.ts';
import { bodyOf, isTemporary, post, type Transport } from './transport.ts';

/** `at` is of the device's clock, UTC ms. */
export type HospitalRelease =
  /** The TPM says so, and the authority vouches for it. */
  | { readonly kind: 'proved'; readonly name: string; readonly version: string; readonly at: number }
  /** The hospital cannot or does not say: keys in software, a TPM or a release that the authority does not know yet. */
  | { readonly kind: 'unproved'; readonly because: string; readonly at: number }
  /** What it says is wrong: another release, an old answer, a revoked one. Not to be taken lightly. */
  | { readonly kind: 'refuted'; readonly because: string; readonly at: number };

export interface HospitalReleaseQuestion {
  readonly transport: Transport;
  readonly credential: DeviceCredential;
  readonly agreed: AgreedChannel;
  readonly now: () => number;
  readonly isRevoked: IsRevoked;
  readonly signal: AbortSignal;
}

/** Never throws. */
export async function askHospitalRelease(question: HospitalReleaseQuestion): Promise<HospitalRelease> {
  const { transport, agreed, now, signal } = question;
  const nonce = randomBytes(32);
  try {
    const response = await post(transport, {
      path: 'attestation',
      type: attestationMediaType,
      body: encodeAttestationRequest({ channel: agreed.secrets.id, nonce }),
      signal,
    });
    const { status } = response;
    // 404 is what hospitals said before.
    const proofless = status === 204 || status === 404;
    if (proofless || !response.ok || Number(response.headers.get('content-length') ?? 0) > maximumEvidence) {
      await response.body?.cancel();
      const because = isTemporary(response) ? 'hospital-busy' : proofless ? 'not-attestable' : 'request-refused';
      return { kind: 'unproved', because, at: now() };
    }
    return await judged(await bodyOf(response), nonce, question);
  } catch (error) {
    return { kind: 'unproved', because: codeOf(error), at: now() };
  }
}

async function judged(
  evidence: Uint8Array<ArrayBuffer>,
  nonce: Uint8Array<ArrayBuffer>,
  { credential, agreed, now, isRevoked }: HospitalReleaseQuestion,
): Promise<HospitalRelease> {
  const { secrets, hospital } = agreed;
  const at = now();
  try {
    const { publicKeySpki } = parseCertificate(hospital.certificate);
    const { release } = await verifyEvidence({
      evidence,
      question: { nonce, channel: secrets.id, identityKey: publicKeySpki },
      hospital: hospital.identity,
      anchors: [credential.root],
      at,
      isRevoked,
    });
    return { kind: 'proved', name: release.name, version: release.version, at };
  } catch (error) {
    return { kind: 'refuted', because: codeOf(error), at };
  }
}
