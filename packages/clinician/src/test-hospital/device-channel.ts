// One device's step 3 channel at the test hospital, and its feed while it listens.
import type { ServerResponse } from 'node:http';
import { x5t } from '@vitalseal/certifying-authority';
import {
  type AlarmNotice,
  alarmContext,
  type Bytes,
  type ChannelSecrets,
  encodeAlarmNotice,
  encodeHospitalToDoctor,
  encodeHospitalToOffice,
  type HospitalToDoctor,
  type HospitalToOffice,
  type Identity,
  importKeyWrappingKey,
  type Opener,
  openOpener,
  openSealer,
  type Sealer,
  SendCounter,
  sealForRecipients,
} from '@vitalseal/protocol';

export interface Signer {
  readonly credential: { readonly sign: (toBeSigned: Bytes) => Bytes | Promise<Bytes> };
  readonly chain: readonly Bytes[];
}

export class DeviceChannel {
  readonly secrets: ChannelSecrets;
  readonly #sealer: Sealer;
  readonly #opener: Opener;
  #feed: ServerResponse | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  private constructor(secrets: ChannelSecrets, sealer: Sealer, opener: Opener) {
    this.secrets = secrets;
    this.#sealer = sealer;
    this.#opener = opener;
  }

  static async open(secrets: ChannelSecrets): Promise<DeviceChannel> {
    const counter = new SendCounter({ start: 0, block: 1 << 20, reserve: () => undefined });
    return new DeviceChannel(
      secrets,
      await openSealer(secrets, 'responder', counter),
      await openOpener(secrets, 'responder'),
    );
  }

  get device(): Identity {
    return this.secrets.initiator;
  }

  get listening(): boolean {
    return this.#feed !== undefined;
  }

  listen(feed: ServerResponse, heartbeatMs: number): void {
    this.cut();
    this.#feed = feed;
    feed.writeHead(200, { 'content-type': 'application/cbor-seq', 'cache-control': 'no-store' });
    feed.flushHeaders();
    this.#heartbeat = setInterval(() => feed.write(Uint8Array.of(0xf6)), heartbeatMs);
    feed.on('close', () => {
      if (this.#feed === feed) this.cut();
    });
  }

  /** Open, and silent from now on. */
  silence(): void {
    clearInterval(this.#heartbeat);
  }

  cut(): void {
    clearInterval(this.#heartbeat);
    const feed = this.#feed;
    this.#feed = undefined;
    feed?.destroy();
  }

  open(record: Bytes) {
    return this.#opener.open(record);
  }

  async seal(message: HospitalToDoctor | HospitalToOffice): Promise<Bytes> {
    return (await this.#sealer.seal(this.#encode(message))).bytes;
  }

  /** Whether an administrator or an auditor is at the other end. */
  get isOffice(): boolean {
    const { role } = this.device;
    return role === 'administrator' || role === 'auditor';
  }

  #encode(message: HospitalToDoctor | HospitalToOffice): Bytes {
    // Each end has one codec, and a message of the other end has no form in it.
    return this.isOffice
      ? encodeHospitalToOffice(message as HospitalToOffice)
      : encodeHospitalToDoctor(message as HospitalToDoctor);
  }

  async say(message: HospitalToDoctor | HospitalToOffice): Promise<void> {
    this.sendRaw(await this.seal(message));
  }

  /** A byte string of the feed, whatever it holds. */
  sendRaw(record: Bytes): void {
    const head = Buffer.alloc(5);
    head[0] = 0x5a;
    head.writeUInt32BE(record.length, 1);
    this.#feed?.write(Buffer.concat([head, record]));
  }

  async envelope(notice: AlarmNotice, { credential, chain }: Signer): Promise<Bytes> {
    const [certificate] = chain;
    if (certificate === undefined) throw new Error('expected a signer with a certificate');
    return sealForRecipients({
      payload: encodeAlarmNotice(notice),
      context: alarmContext(notice.hospital),
      recipients: [{ keyId: this.secrets.id, wrappingKey: await importKeyWrappingKey(this.secrets.wrappingKey) }],
      sign: credential.sign,
      signerReference: await x5t(certificate),
    });
  }
}
