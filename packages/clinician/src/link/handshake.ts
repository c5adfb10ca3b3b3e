// EDHOC with the hospital (RFC 9528), this device as initiator: the hospital's certificate is judged here, by path, role
// and revocation, before anything is sent that depends on it. What is left is the step 3 channel, the paper's SK_HD.
import { credentialVerifier, type IsRevoked, ownCredential } from '@vitalseal/certifying-authority';
import {
  type ChannelSecrets,
  deriveChannel,
  frameMessage1,
  frameMessage3,
  handshakeMediaType,
  type PeerCredential,
  ProtocolError,
  randomBytes,
  startHandshake,
} from '@vitalseal/protocol';
import type { DeviceCredential } from '../custody/key-custody.ts';
import { ClinicianError } from '../errors.ts';
import { bodyOf, isTemporary, post, type Transport } from './transport.ts';

export interface HandshakeQuestion {
  readonly transport: Transport;
  readonly credential: DeviceCredential;
  /** UTC ms, for the validity of certificates. */
  readonly now: () => number;
  readonly isRevoked?: IsRevoked;
  readonly signal?: AbortSignal;
}

export interface AgreedChannel {
  readonly secrets: ChannelSecrets;
  readonly hospital: PeerCredential;
}

/** @param met whether this hospital has our chain, as far as we know @throws ClinicianError */
export async function agreeChannel(question: HandshakeQuestion, met: boolean): Promise<AgreedChannel> {
  if (!met) return handshake(question, 'x5chain');
  try {
    return await handshake(question, 'x5t');
  } catch (error) {
    // A hospital that was restarted lost what it had met.
    if (codeBelow(error) !== 'peer-lacks-credential') throw error;
    return handshake(question, 'x5chain');
  }
}

async function handshake(question: HandshakeQuestion, present: 'x5t' | 'x5chain'): Promise<AgreedChannel> {
  const { credential, now, isRevoked } = question;
  const { chain, privateKey, root, identity } = credential;
  const own = ownCredential({ chain, privateKey, present });
  const verifyPeer = credentialVerifier({ anchors: [root], now, roles: ['hospital'], ...(isRevoked && { isRevoked }) });
  try {
    const awaiting2 = await startHandshake({ own, verifyPeer, connectionId: randomBytes(1) });
    const message2 = await exchange(question, frameMessage1(awaiting2.message1));
    const awaiting4 = await awaiting2.receiveMessage2(message2);
    const message4 = await exchange(question, frameMessage3(awaiting4.peerConnectionId, awaiting4.message3));
    const result = await awaiting4.receiveMessage4(message4);
    return { secrets: await deriveChannel(result, 3, identity), hospital: result.peer };
  } catch (error) {
    throw judged(error);
  }
}

/** An EDHOC error message comes with a 4xx and is read by the handshake itself. */
async function exchange({ transport, signal }: HandshakeQuestion, body: Uint8Array<ArrayBuffer>) {
  const response = await post(transport, {
    path: 'edhoc',
    type: handshakeMediaType.request,
    body,
    ...(signal && { signal }),
  });
  if (isTemporary(response)) {
    await response.body?.cancel();
    throw new ClinicianError('hospital-busy', 'expected a hospital that has time for a handshake');
  }
  return bodyOf(response);
}

function judged(error: unknown): unknown {
  if (!(error instanceof ProtocolError)) return error;
  const options = { cause: error };
  if (error.code === 'peer-refused') {
    return new ClinicianError('hospital-refused', 'expected the hospital to accept this device', options);
  }
  if (error.code.startsWith('credential-')) {
    return new ClinicianError('hospital-not-trusted', 'expected a hospital certified by our authority', options);
  }
  return new ClinicianError('handshake-failed', 'expected a whole handshake with the hospital', options);
}

function codeBelow(error: unknown): string | undefined {
  const cause = error instanceof ClinicianError ? error.cause : error;
  return cause instanceof ProtocolError ? cause.code : undefined;
}
