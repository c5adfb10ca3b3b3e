// Which release the hospital runs: the element asks, and judges the answer by its own anchors, its own revocation list, its
// own nonce, and the channel that it shares with the hospital. The phone carries question and answer, and cannot forge one.

import {
  CertificateError,
  encodeAttestationRequest,
  parseCertificate,
  verifyEvidence,
} from '@vitalseal/certifying-authority';
import { type Bytes, ProtocolError, randomBytes } from '@vitalseal/protocol';
import type { ElementState } from '../element-state.ts';
import { SecureElementError } from '../errors.ts';
import { notBefore } from '../personalisation/not-before.ts';
import { expectPersonalised } from '../personalisation/trust.ts';
import type { HospitalChannel } from './hospital-channel.ts';

export type HospitalRelease =
  /** Its TPM says so, and the authority vouches for it. */
  | { readonly kind: 'proved'; readonly name: string; readonly version: string }
  /** It cannot or does not say. */
  | { readonly kind: 'unproved'; readonly because: string }
  /** What it says is wrong. */
  | { readonly kind: 'refuted'; readonly because: string };

/** What the hospital's word is worth: `ignore` never asks, `refuse` sends no reading before it is proved. */
export type HospitalReleasePolicy = 'ignore' | 'report' | 'refuse';

/** Of one channel; in memory, so that a card that was switched off asks again. */
export interface AskedRelease {
  readonly channel: string;
  readonly nonce: Bytes;
  readonly askedAt: number;
  readonly answer: HospitalRelease | undefined;
}

/** A release may be revoked, or the hospital started anew with another one. */
const againAfterMs = 6 * 3_600_000;
/** What could not be proved yet, perhaps can be a little later. */
const retryAfterMs = 10 * 60_000;

/** @returns the body to POST, or undefined where there is nothing to ask now */
export function askRelease(state: ElementState, at: number): Bytes | undefined {
  const { hospitalChannel: channel, hospitalRelease: asked, settings } = state;
  if (channel === undefined || settings.hospitalRelease === 'ignore') return undefined;
  if (asked?.channel === channel.key && Math.abs(at - asked.askedAt) < pauseAfter(state, asked)) return undefined;
  const nonce = randomBytes(32);
  state.hospitalRelease = { channel: channel.key, nonce, askedAt: at, answer: undefined };
  return encodeAttestationRequest({ channel: channel.secrets.id, nonce });
}

/** @param evidence as the hospital sent it, or the code of why it sent none */
export async function judgeHospitalRelease(
  state: ElementState,
  evidence: Bytes | string,
  at: number,
): Promise<HospitalRelease> {
  const { hospitalChannel: channel, hospitalRelease: asked } = state;
  if (channel === undefined || asked?.channel !== channel.key || asked.answer !== undefined) {
    throw new SecureElementError('handshake-out-of-order', 'expected an answer to a question on this channel');
  }
  const answer: HospitalRelease =
    typeof evidence === 'string'
      ? { kind: 'unproved', because: evidence }
      : await judge(state, { channel, nonce: asked.nonce, evidence, at });
  state.hospitalRelease = { ...asked, answer };
  return answer;
}

/** @throws SecureElementError `hospital-unproved` where the policy sends no reading to such a hospital */
export function expectProved({ settings, hospitalRelease }: ElementState, channel: HospitalChannel): void {
  if (settings.hospitalRelease !== 'refuse') return;
  if (hospitalRelease?.channel === channel.key && hospitalRelease.answer?.kind === 'proved') return;
  throw new SecureElementError('hospital-unproved', 'expected a hospital that proves which release it runs');
}

async function judge(
  state: ElementState,
  { channel, nonce, evidence, at }: { channel: HospitalChannel; nonce: Bytes; evidence: Bytes; at: number },
): Promise<HospitalRelease> {
  const identityKey = identityKeyOf(state, channel);
  if (identityKey === undefined) return { kind: 'unproved', because: 'credential-unknown' };
  try {
    const { release } = await verifyEvidence({
      evidence,
      question: { nonce, channel: channel.secrets.id, identityKey },
      hospital: channel.secrets.responder,
      anchors: expectPersonalised(state).certificates.anchors,
      at: Math.max(at, notBefore(state)),
      isRevoked: (serial) => state.revocations?.revoked.has(serial) === true,
    });
    return { kind: 'proved', name: release.name, version: release.version };
  } catch (error) {
    if (!(error instanceof CertificateError || error instanceof ProtocolError)) throw error;
    return { kind: 'refuted', because: error.code };
  }
}

/** Of the certificate that the channel rests on: the hospital brought it by value when they met. */
function identityKeyOf({ peerChains }: ElementState, { serial }: HospitalChannel): Bytes | undefined {
  for (const [leaf] of peerChains.values()) {
    if (leaf === undefined) continue;
    const certificate = parseCertificate(leaf);
    if (certificate.serial === serial) return certificate.publicKeySpki;
  }
  return undefined;
}

function pauseAfter({ settings }: ElementState, { answer }: AskedRelease): number {
  if (answer?.kind === 'proved') return againAfterMs;
  // Readings wait: the pause between two attempts is that of the delivery.
  return settings.hospitalRelease === 'refuse' ? 0 : retryAfterMs;
}
