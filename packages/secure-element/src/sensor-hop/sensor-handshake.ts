// The handshake of step 1 (EDHOC, RFC 9528): the sensor, nearer the patient, initiates; the element responds, and only
// to a sensor it is bonded with, or to one that proves to hold a code which the patient has given, and is bonded by that.
// Carried like over HTTP: a prefix tells message_1 from message_3.

import { parseCertificate } from '@vitalseal/certifying-authority';
import {
  type Authorize,
  acceptMessage1,
  type Bytes,
  deriveChannel,
  HalfOpenHandshakes,
  type Identity,
  type PeerCredential,
  parseHandshakeBody,
  type ResponderAwaitingMessage3,
} from '@vitalseal/protocol';
import type { ElementState } from '../element-state.ts';
import { SecureElementError } from '../errors.ts';
import { bondedSensors, expectBondedSensor } from '../personalisation/bonds.ts';
import { savePeerChain } from '../personalisation/peer-chains.ts';
import { codeProvenBy, saveSensorCodes, withBond } from '../personalisation/sensor-codes.ts';
import { elementCredential, expectPersonalised, judgePeer, type PeerJudge } from '../personalisation/trust.ts';
import { Transaction } from '../storage/transaction.ts';

export interface HalfOpenSensorHandshake {
  readonly awaiting: ResponderAwaitingMessage3;
  readonly judge: PeerJudge;
  /** By which code the sensor is to be bonded with this handshake. */
  readonly provenCode: () => Bytes | undefined;
}

/** Anyone in radio range can open one; the sensor needs one, and a second when its first message was lost. */
export function newHalfOpenHandshakes(): HalfOpenHandshakes<HalfOpenSensorHandshake> {
  return new HalfOpenHandshakes({ limit: 8, lifetimeMs: 10 * 60_000 });
}

/**
 * @returns message_2 or message_4
 * @throws ProtocolError, CertificateError, SecureElementError: answered with an EDHOC error message by the carrier
 */
export async function answerSensorHandshake(state: ElementState, body: Bytes, at: number): Promise<Bytes> {
  const parsed = parseHandshakeBody(body);
  if (parsed.kind === 'message1') return answerMessage1(state, parsed.message, at);
  const halfOpen = state.sensorHandshakes.take(parsed.connectionId, at);
  if (!halfOpen) {
    throw new SecureElementError('handshake-out-of-order', 'expected message_3 of a handshake begun here');
  }
  return answerMessage3(state, halfOpen, parsed.message, at);
}

async function answerMessage1(state: ElementState, message1: Bytes, at: number): Promise<Bytes> {
  const personalised = expectPersonalised(state);
  const judge = judgePeer(state, { role: 'sensor', at });
  let code: Bytes | undefined;
  const authorize: Authorize<PeerCredential> = async ({ peer, provesCode }) => {
    if (!provesCode) {
      expectBondedSensor(bondedSensors(state), peer.identity);
      return undefined;
    }
    code = await codeProvenBy(state.sensorCodes, peer.identity, provesCode);
    if (!code) throw new SecureElementError('sensor-code-unknown', 'expected a sensor whose code was given here');
    return code;
  };
  const connectionId = state.sensorHandshakes.newConnectionId();
  // By value: the sensor may be new, and it is one message a day.
  const own = elementCredential(personalised, 'x5chain');
  const awaiting = await acceptMessage1({ own, verifyPeer: judge.verifyPeer, connectionId, authorize }, message1);
  state.sensorHandshakes.add(connectionId, { awaiting, judge, provenCode: () => code }, at);
  return awaiting.message2;
}

async function answerMessage3(
  state: ElementState,
  { awaiting, judge, provenCode }: HalfOpenSensorHandshake,
  message3: Bytes,
  at: number,
): Promise<Bytes> {
  const { own } = expectPersonalised(state);
  const { message4, result } = await awaiting.receiveMessage3(message3);
  const secrets = await deriveChannel(result, 1, own.identity);
  const transaction = new Transaction();
  const { serial } = parseCertificate(result.peer.certificate);
  await state.sensorChannels.establish(transaction, { secrets, establishedAt: at, serial });
  const code = provenCode();
  if (code) bondByCode(state, transaction, result.peer.identity, code);
  const met = judge.met();
  if (met) savePeerChain(transaction, state.peerChains, met);
  // message_4 lets the sensor seal: by then the keys that open must be here to stay.
  await transaction.commit(state.storage);
  return message4;
}

/** In the commit of the channel: message_4, which proves the code to the sensor, goes out only when the bond is kept. */
function bondByCode(state: ElementState, transaction: Transaction, sensor: Identity, code: Bytes): void {
  const codes = withBond(state.sensorCodes, sensor, code);
  saveSensorCodes(transaction, codes);
  transaction.afterwards(() => {
    state.sensorCodes = codes;
  });
}
