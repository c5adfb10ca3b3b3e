// From a finished handshake to a channel: EDHOC_Exporter (RFC 9528 section 4.2.1) with labels of its private-use range.
// The context binds version, step, both certificates and epoch, so that no two channels share a key even if two
// handshakes did.

import type { Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { exporter, type HandshakeResult } from '../handshake/index.ts';
import { encodeCbor } from '../wire/cbor/encode.ts';
import { type Identity, type Role, staffRoles } from '../wire/identity.ts';
import { protocolVersion } from './external-aad.ts';
import type { ChannelSecrets, Step } from './secrets.ts';

export const exporterLabels = {
  channelId: 32768,
  initiatorKey: 32769,
  initiatorIv: 32770,
  responderKey: 32771,
  responderIv: 32772,
  wrappingKey: 32773,
} as const;

// The side nearer the patient initiates; at step 3 the page does, being the client of HTTP: the paper's doctor and
// ambulance, and who administers the hospital and who audits it.
const rolesOfStep: { readonly [S in Step]: { readonly initiator: readonly Role[]; readonly responder: Role } } = {
  1: { initiator: ['sensor'], responder: 'patient' },
  2: { initiator: ['patient'], responder: 'hospital' },
  3: { initiator: staffRoles, responder: 'hospital' },
};

/**
 * @param own the identity in one's own certificate
 * @param epoch 0 after the handshake, one more after each key update of its session
 * @throws ProtocolError `role-not-allowed` if a certificate's role has no place at this step
 */
export async function deriveChannel(
  handshake: HandshakeResult,
  step: Step,
  own: Identity,
  epoch = 0,
): Promise<ChannelSecrets> {
  const { session, role, peer, ownCredentialHash, peerCredentialHash } = handshake;
  const [initiator, responder] = role === 'initiator' ? [own, peer.identity] : [peer.identity, own];
  const hashes = [ownCredentialHash, peerCredentialHash];
  if (role === 'responder') hashes.reverse();
  checkRoles(step, initiator, responder);
  const context = encodeCbor([protocolVersion, step, ...hashes, epoch]);
  const secret = (label: number, length: number): Promise<Bytes> => exporter(session, label, context, length);
  return {
    id: await secret(exporterLabels.channelId, 8),
    step,
    epoch,
    initiator,
    responder,
    initiatorKey: await secret(exporterLabels.initiatorKey, 32),
    initiatorIv: await secret(exporterLabels.initiatorIv, 12),
    responderKey: await secret(exporterLabels.responderKey, 32),
    responderIv: await secret(exporterLabels.responderIv, 12),
    wrappingKey: await secret(exporterLabels.wrappingKey, 32),
  };
}

function checkRoles(step: Step, initiator: Identity, responder: Identity): void {
  const allowed = rolesOfStep[step];
  if (allowed.initiator.includes(initiator.role) && allowed.responder === responder.role) return;
  const expected = `${allowed.initiator.join(' or ')} to ${allowed.responder}`;
  throw new ProtocolError('role-not-allowed', `expected ${expected} at step ${step}`);
}
