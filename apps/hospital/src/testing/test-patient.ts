/** A patient's secure element, as little as a test needs of it: a real handshake, real records, real HTTPS. */
import { Agent, request } from 'node:https';
import { credentialVerifier } from '@vitalseal/certifying-authority';
import {
  type Acknowledgement,
  type Bytes,
  type ChannelSecrets,
  decimal,
  decodeAcknowledgement,
  decodeCbor,
  deriveChannel,
  encodeCbor,
  encodeStep2Message,
  frameMessage1,
  frameMessage3,
  handshakeMediaType,
  type Identity,
  type LastUsedChannel,
  mdc,
  mdcUnit,
  type Opener,
  type OwnCredential,
  openOpener,
  openSealer,
  ProtocolError,
  type Reading,
  randomBytes,
  recordHash,
  type Sealer,
  SendCounter,
  type Step2Message,
  separateResults,
  startHandshake,
} from '@vitalseal/protocol';

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Bytes;
}

export interface RecordsResult {
  readonly status: number;
  readonly acknowledgement: Acknowledgement | undefined;
  readonly unanswered: readonly (readonly [number, string])[];
}

export interface TestPatientOptions {
  readonly url: string;
  readonly identity: Identity;
  readonly hospital: Identity;
  readonly credential: OwnCredential;
  /** DER. */
  readonly root: Bytes;
  /** PEM. */
  readonly rootPem: string;
}

export interface VitalValues {
  readonly pulse?: number;
  readonly spo2?: number;
  readonly respiration?: number;
  readonly systolic?: number;
}

const kinds = [
  ['pulse', mdc.heartRate, mdcUnit.beatsPerMinute],
  ['spo2', mdc.pulseOximetrySaturation, mdcUnit.percent],
  ['respiration', mdc.respirationRate, mdcUnit.breathsPerMinute],
  ['systolic', mdc.systolic, mdcUnit.millimetresOfMercury],
] as const;

export class TestPatient {
  readonly options: TestPatientOptions;
  readonly #agent: Agent;
  readonly #sensor: Identity;
  /** The sensor's channel with the element: the origin of the readings. */
  readonly sensorChannel: Bytes = randomBytes(8);
  /** As the hospital said in the last handshake. */
  lastUsed: LastUsedChannel | undefined;
  #secrets: ChannelSecrets | undefined;
  #sealer: Sealer | undefined;
  #opener: Opener | undefined;
  /** Hashes of the records sealed on this channel, by their counters. */
  readonly #sent = new Map<number, Bytes>();

  constructor(options: TestPatientOptions) {
    this.options = options;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 8, ca: options.rootPem, minVersion: 'TLSv1.3' });
    this.#sensor = { role: 'sensor', id: `sensor-${options.identity.id}` };
  }

  get secrets(): ChannelSecrets {
    if (this.#secrets === undefined) throw new Error('expected a handshake before');
    return this.#secrets;
  }

  get sealer(): Sealer {
    if (this.#sealer === undefined) throw new Error('expected a handshake before');
    return this.#sealer;
  }

  close(): void {
    this.#agent.destroy();
  }

  post(path: string, type: string, body: Uint8Array, url = this.options.url): Promise<HttpAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    const sent = request(new URL(path, url), {
      method: 'POST',
      agent: this.#agent,
      headers: { 'content-type': type, 'content-length': body.length },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const retryAfter = response.headers['retry-after'];
        resolve({ status: response.statusCode ?? 0, retryAfter, body: new Uint8Array(Buffer.concat(chunks)) });
      });
    });
    sent.end(body);
    return promise;
  }

  /** A whole handshake. @throws ProtocolError what the hospital's refusal looks like from outside */
  async agree(): Promise<void> {
    const { credential, root, identity } = this.options;
    const verifyPeer = credentialVerifier({ anchors: [root], now: Date.now, roles: ['hospital'] });
    const awaiting2 = await startHandshake({ own: credential, verifyPeer, connectionId: randomBytes(1) });
    const message2 = await this.#exchange(frameMessage1(awaiting2.message1));
    const awaiting4 = await awaiting2.receiveMessage2(message2);
    const message4 = await this.#exchange(frameMessage3(awaiting4.peerConnectionId, awaiting4.message3));
    const result = await awaiting4.receiveMessage4(message4);
    this.lastUsed = result.lastUsed;
    await this.use(await deriveChannel(result, 2, identity), 0);
  }

  /** Goes on with a channel agreed before, counting from `start`. */
  async use(secrets: ChannelSecrets, start: number): Promise<void> {
    this.#secrets = secrets;
    const counter = new SendCounter({ start, block: 1 << 30, reserve: () => undefined });
    this.#sealer = await openSealer(secrets, 'initiator', counter);
    this.#opener = await openOpener(secrets, 'initiator');
  }

  reading(sequence: number, values: VitalValues = { pulse: 72 }, utcMs = Date.now()): Reading {
    const measurements = kinds.flatMap(([kind, code, unit]) => {
      const value = values[kind];
      return value === undefined ? [] : [{ code, unit, value: decimal(value, 0) }];
    });
    return {
      origin: { source: this.#sensor, channel: this.sensorChannel, sequence },
      measuredAt: { utcMs, offsetMinutes: 0 },
      measurements,
    };
  }

  message(reading: Reading, change: Partial<Step2Message> = {}): Step2Message {
    const { identity, hospital } = this.options;
    return {
      sender: identity,
      recipient: hospital,
      sentAt: reading.measuredAt,
      location: { latitude: 52.52, longitude: 13.405, accuracyMetres: 12, at: reading.measuredAt.utcMs },
      reading,
      ...change,
    };
  }

  async seal(message: Step2Message): Promise<Bytes> {
    const { sequence, bytes } = await this.sealer.seal(encodeStep2Message(message));
    this.#sent.set(sequence, await recordHash(bytes));
    return bytes;
  }

  async sealReading(sequence: number, values?: VitalValues, utcMs?: number): Promise<Bytes> {
    return this.seal(this.message(this.reading(sequence, values, utcMs)));
  }

  async send(records: readonly Bytes[]): Promise<RecordsResult> {
    const answer = await this.post('/records', 'application/cbor', encodeCbor([...records]));
    if (answer.status !== 200) return { status: answer.status, acknowledgement: undefined, unanswered: [] };
    const decoded = decodeCbor(answer.body, { maxBytes: 1 << 20 });
    if (!Array.isArray(decoded)) throw new Error('expected an array');
    const [sealed, unanswered] = decoded;
    const acknowledgement = sealed instanceof Uint8Array ? await this.#openAcknowledgement(sealed) : undefined;
    return { status: 200, acknowledgement, unanswered: (unanswered ?? []) as [number, string][] };
  }

  async #openAcknowledgement(record: Bytes): Promise<Acknowledgement> {
    if (this.#opener === undefined) throw new Error('expected a handshake before');
    const acknowledgement = decodeAcknowledgement((await this.#opener.open(record)).payload);
    const separate = acknowledgement.results.map((result) =>
      result.count === undefined ? [result] : separateResults([result], (sequence) => this.#sent.get(sequence)),
    );
    return { ...acknowledgement, results: (await Promise.all(separate)).flat() };
  }

  async #exchange(body: Bytes): Promise<Bytes> {
    const answer = await this.post('/edhoc', handshakeMediaType.request, body);
    if (answer.status === 429 || answer.status >= 500) {
      throw new ProtocolError('peer-refused', `expected a hospital that has time, found HTTP status ${answer.status}`);
    }
    return answer.body;
  }
}
