/** A doctor's or a crew's device, as little as a test needs of it: a real handshake, a real feed, real receipts. */
import { credentialVerifier } from '@vitalseal/certifying-authority';
import {
  type AlarmNotice,
  alarmContext,
  type Bytes,
  type ChannelSecrets,
  type DoctorToHospital,
  decodeAlarmNotice,
  decodeHospitalToDoctor,
  decodeHospitalToOffice,
  deriveChannel,
  encodeDoctorToHospital,
  encodeOfficeToHospital,
  frameMessage1,
  frameMessage3,
  type HospitalToDoctor,
  type HospitalToOffice,
  handshakeMediaType,
  type Identity,
  importKeyWrappingKey,
  type OfficeToHospital,
  type Opener,
  type OwnCredential,
  openForRecipient,
  openOpener,
  openSealer,
  type PeerCredential,
  ReplayWindow,
  type Result,
  randomBytes,
  type Sealer,
  SendCounter,
  startHandshake,
} from '@vitalseal/protocol';

export interface TestClinicianOptions {
  readonly url: string;
  readonly identity: Identity;
  readonly hospital: Identity;
  readonly credential: OwnCredential;
  /** DER. */
  readonly root: Bytes;
}

export type FromHospital = HospitalToDoctor | HospitalToOffice;
export type ToHospital = DoctorToHospital | OfficeToHospital;

export interface Heard {
  readonly message: FromHospital;
  /** Of an alarm: the notice in the envelope. */
  readonly notice?: AlarmNotice;
  /** Real time, UTC ms. */
  readonly at: number;
}

export class TestClinician {
  readonly options: TestClinicianOptions;
  readonly heard: Heard[] = [];
  heartbeats = 0;
  #secrets: ChannelSecrets | undefined;
  #sealer: Sealer | undefined;
  #opener: Opener | undefined;
  #hospital: PeerCredential | undefined;
  #window = ReplayWindow.empty(4096);
  #stop = new AbortController();
  #feed: Promise<void> = Promise.resolve();
  readonly #waiting = new Set<() => void>();
  /** Told of each message as it is opened. */
  onHeard: (heard: Heard) => void = () => undefined;

  constructor(options: TestClinicianOptions) {
    this.options = options;
  }

  async agree(): Promise<void> {
    const { credential, root, identity } = this.options;
    const verifyPeer = credentialVerifier({ anchors: [root], now: Date.now, roles: ['hospital'] });
    const awaiting2 = await startHandshake({ own: credential, verifyPeer, connectionId: randomBytes(1) });
    const awaiting4 = await awaiting2.receiveMessage2(await this.#exchange(frameMessage1(awaiting2.message1)));
    const framed = frameMessage3(awaiting4.peerConnectionId, awaiting4.message3);
    const result = await awaiting4.receiveMessage4(await this.#exchange(framed));
    this.#hospital = result.peer;
    const secrets = await deriveChannel(result, 3, identity);
    this.#secrets = secrets;
    this.#sealer = await openSealer(
      secrets,
      'initiator',
      new SendCounter({ start: 0, block: 1 << 20, reserve: () => undefined }),
    );
    this.#opener = await openOpener(secrets, 'initiator');
    this.#window = ReplayWindow.empty(4096);
  }

  async seal(message: ToHospital): Promise<{ sequence: number; bytes: Bytes }> {
    if (this.#sealer === undefined) throw new Error('expected a handshake before');
    const encoded = this.#isOffice
      ? encodeOfficeToHospital(message as OfficeToHospital)
      : encodeDoctorToHospital(message as DoctorToHospital);
    return this.#sealer.seal(encoded);
  }

  post(path: string, body: Bytes): Promise<Response> {
    const headers = { 'content-type': 'application/cose; cose-type="cose-encrypt0"' };
    return fetch(new URL(path, this.options.url), { method: 'POST', headers, body, signal: this.#stop.signal });
  }

  /** One message and its sealed answer. */
  async ask(message: ToHospital): Promise<Result> {
    const answer = await this.askFor(message);
    if (answer.type !== 'result') throw new Error('expected a plain answer');
    return answer;
  }

  /** One message and its sealed answer, whatever it is. */
  async askFor(message: ToHospital): Promise<Extract<FromHospital, { to: number }>> {
    const { sequence, bytes } = await this.seal(message);
    const response = await this.post('/step3/message', bytes);
    if (!response.ok)
      throw new Error(`expected an answer, found HTTP status ${response.status}: ${await response.text()}`);
    const answer = await this.#open(new Uint8Array(await response.arrayBuffer()));
    if (!('to' in answer) || answer.to !== sequence) throw new Error('expected the answer to what was asked');
    return answer;
  }

  /** Subscribes; resolves when the hospital has said all it has. */
  async listen({ since }: { since?: number } = {}): Promise<void> {
    this.#stop = new AbortController();
    const { bytes } = await this.seal({ type: 'subscribe', ...(since === undefined ? {} : { since }) });
    const response = await this.post('/step3/stream', bytes);
    if (!response.ok || response.body === null)
      throw new Error(`expected a feed, found HTTP status ${response.status}`);
    const from = this.heard.length;
    this.#feed = this.#read(response.body).catch(() => undefined);
    await this.until(({ message }) => message.type === 'complete', { from });
  }

  /** The first message heard that passes; waits for it. */
  async until(passes: (heard: Heard) => boolean, { from = 0, timeoutMs = 15_000 } = {}): Promise<Heard> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = this.heard.slice(from).find(passes);
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(`expected a message that did not come; heard ${this.heard.map(({ message }) => message.type)}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, left);
      this.#waiting.add(resolve);
      await promise;
      clearTimeout(timer);
      this.#waiting.delete(resolve);
    }
  }

  /** Resolves when the feed has ended. */
  async ended(): Promise<void> {
    await this.#feed;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#feed;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let pending = Buffer.alloc(0);
    for await (const chunk of body) {
      pending = Buffer.concat([pending, chunk]);
      for (;;) {
        const item = nextItem(pending);
        if (item === undefined) break;
        pending = pending.subarray(item.length);
        if (item.record === null) this.heartbeats += 1;
        else await this.#hear(item.record);
      }
    }
  }

  async #hear(record: Bytes): Promise<void> {
    const message = await this.#open(record);
    const at = Date.now();
    const heard: Heard =
      message.type === 'alarm' ? { message, notice: await this.#openAlarm(message.envelope), at } : { message, at };
    this.heard.push(heard);
    this.onHeard(heard);
    for (const wake of this.#waiting) wake();
  }

  get #isOffice(): boolean {
    const { role } = this.options.identity;
    return role === 'administrator' || role === 'auditor';
  }

  async #open(record: Bytes): Promise<FromHospital> {
    if (this.#opener === undefined) throw new Error('expected a handshake before');
    const { sequence, payload } = await this.#opener.open(record);
    this.#window.accept(sequence);
    return this.#isOffice ? decodeHospitalToOffice(payload) : decodeHospitalToDoctor(payload);
  }

  async #openAlarm(envelope: Bytes): Promise<AlarmNotice> {
    if (this.#secrets === undefined || this.#hospital === undefined) throw new Error('expected a handshake before');
    const wrappingKey = await importKeyWrappingKey(this.#secrets.wrappingKey);
    const payload = await openForRecipient(envelope, {
      context: alarmContext(this.options.hospital),
      recipient: { keyId: this.#secrets.id, wrappingKey },
      signer: this.#hospital.publicKey,
    });
    return decodeAlarmNotice(payload);
  }

  async #exchange(body: Bytes): Promise<Bytes> {
    const response = await fetch(new URL('/edhoc', this.options.url), {
      method: 'POST',
      headers: { 'content-type': handshakeMediaType.request },
      body,
    });
    return new Uint8Array(await response.arrayBuffer());
  }
}

/** One item of the CBOR sequence: a heartbeat (null) or a byte string; undefined while it has not arrived whole. */
function nextItem(buffer: Buffer): { readonly record: Bytes | null; readonly length: number } | undefined {
  const first = buffer[0];
  if (first === undefined) return undefined;
  if (first === 0xf6) return { record: null, length: 1 };
  const short = first & 0x1f;
  const width = short < 24 ? 0 : 2 ** (short - 24);
  if (buffer.length < 1 + width) return undefined;
  const size = width === 0 ? short : buffer.readUIntBE(1, width);
  const end = 1 + width + size;
  return buffer.length < end ? undefined : { record: new Uint8Array(buffer.subarray(1 + width, end)), length: end };
}
