// The sensor's end of step 1 for tests of the element: it shakes hands and seals, and holds nothing.

import { credentialVerifier } from '@vitalseal/certifying-authority';
import {
  type Acknowledgement,
  type Bytes,
  bytesToHex,
  type ChannelSecrets,
  decimal,
  decodeAcknowledgement,
  deriveChannel,
  encodeStep1Message,
  frameMessage1,
  frameMessage3,
  type Identity,
  mdc,
  mdcUnit,
  openOpener,
  openSealer,
  randomBytes,
  type Sealer,
  SendCounter,
  type Step1Message,
  startHandshake,
} from '@vitalseal/protocol';
import { decodeSensorAnswer, type RecordHint } from '../sensor-hop/sensor-answer.ts';
import type { CertifiedParty } from './certified-world.ts';

export interface InitiatingSensorOptions {
  readonly party: CertifiedParty;
  readonly root: Bytes;
  readonly patient: Identity;
  readonly now: () => number;
}

export class InitiatingSensor {
  readonly #options: InitiatingSensorOptions;
  secrets: ChannelSecrets | undefined;
  /** Nonces of the element's that came twice with other bytes: there must be none. */
  repeatedCounters = 0;
  readonly #nonces = new Map<string, string>();
  #sealer: Sealer | undefined;

  constructor(options: InitiatingSensorOptions) {
    this.#options = options;
  }

  /**
   * @param answer the element's side: prefixed message in, message out
   * @param sensorCodeKey of a sensor that has no patient yet
   */
  async shakeHands(answer: (body: Bytes) => Promise<Bytes>, sensorCodeKey?: Bytes): Promise<void> {
    const { party, root, now } = this.#options;
    const verifyPeer = credentialVerifier({ anchors: [root], now, roles: ['patient'] });
    const code = sensorCodeKey && { sensorCodeKey };
    const own = party.credential;
    const first = await startHandshake({ own, verifyPeer, connectionId: randomBytes(2), ...code });
    const second = await first.receiveMessage2(await answer(frameMessage1(first.message1)));
    const message4 = await answer(frameMessage3(second.peerConnectionId, second.message3));
    const result = await second.receiveMessage4(message4);
    this.secrets = await deriveChannel(result, 1, party.identity);
    const counter = new SendCounter({ start: 0, block: 1 << 20, reserve: () => {} });
    this.#sealer = await openSealer(this.secrets, 'initiator', counter);
  }

  /** A pulse, measured now unless said otherwise. */
  async seal(pulse: number, changed: Partial<Step1Message> = {}): Promise<Bytes> {
    if (!this.#sealer) throw new Error('expected a handshake first');
    const at = { utcMs: this.#options.now(), offsetMinutes: 60 };
    const message: Step1Message = {
      sender: this.#options.party.identity,
      recipient: this.#options.patient,
      sentAt: at,
      measuredAt: at,
      measurements: [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(pulse, 0) }],
      ...changed,
    };
    return (await this.#sealer.seal(encodeStep1Message(message))).bytes;
  }

  async sealRaw(payload: Bytes): Promise<Bytes> {
    if (!this.#sealer) throw new Error('expected a handshake first');
    return (await this.#sealer.seal(payload)).bytes;
  }

  async open(
    answer: Bytes,
  ): Promise<{ acknowledgements: Acknowledgement[]; sequences: number[]; hints: readonly RecordHint[] }> {
    if (!this.secrets) throw new Error('expected a handshake first');
    const opener = await openOpener(this.secrets, 'initiator');
    const decoded = decodeSensorAnswer(answer);
    const acknowledgements: Acknowledgement[] = [];
    const sequences: number[] = [];
    for (const record of decoded.acknowledgements) {
      const { sequence, payload } = await opener.open(record);
      const nonce = `${bytesToHex(this.secrets.id)}/${sequence}`;
      const bytes = bytesToHex(record);
      if ((this.#nonces.get(nonce) ?? bytes) !== bytes) this.repeatedCounters += 1;
      this.#nonces.set(nonce, bytes);
      sequences.push(sequence);
      acknowledgements.push(decodeAcknowledgement(payload));
    }
    return { acknowledgements, sequences, hints: decoded.hints };
  }
}
