// A hospital for the tests of this package: the real authority, the real handshake, channels and envelopes of the
// protocol over HTTP, and no memory behind them. A test says what it tells, and when it breaks.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  Authority,
  activationLink,
  createEstClient,
  credentialVerifier,
  EstService,
  enrol,
  generateKeyPair,
  KnownChains,
  memoryStore,
  ownCredential,
} from '@vitalseal/certifying-authority';
import {
  acceptMessage1,
  type Bytes,
  bytesToHex,
  type Challenge,
  channelIdOf,
  type DoctorToHospital,
  decodeDoctorToHospital,
  decodeOfficeToHospital,
  deriveChannel,
  errorMessageFor,
  type HospitalToDoctor,
  type HospitalToOffice,
  handshakeMediaType,
  type Identity,
  type OfficeToHospital,
  type OwnCredential,
  parseHandshakeBody,
  type ResponderAwaitingMessage3,
  staffRoles,
} from '@vitalseal/protocol';
import { DeviceChannel } from './device-channel.ts';
import { servePages } from './serve-pages.ts';

type WithoutTo<Answer> = Answer extends { readonly to: number } ? Omit<Answer, 'to'> : never;
export type OfficeReply = WithoutTo<HospitalToOffice>;

export interface TestHospitalOptions {
  /** What each feed begins with; by default a welcome and `complete`. */
  readonly onSubscribe?: (
    device: Identity,
    since: number | undefined,
  ) => readonly (HospitalToDoctor | HospitalToOffice)[];
  /** Answers a message; a code refuses it. By default everything is accepted. */
  readonly onMessage?: (device: Identity, message: DoctorToHospital) => string | Omit<Challenge, 'to'> | undefined;
  /** As `onMessage`, for an administrator or an auditor. */
  readonly onOffice?: (device: Identity, message: OfficeToHospital) => string | OfficeReply | undefined;
  readonly heartbeatMs?: number;
  /** Folders of built pages by their path: `/doctor/`. */
  readonly pages?: Readonly<Record<string, string>>;
}

export const hospitalIdentity: Identity = { role: 'hospital', id: 'st-example' };

export class TestHospital {
  readonly authority: Authority;
  readonly asked: DoctorToHospital[] = [];
  readonly askedByOffice: OfficeToHospital[] = [];
  handshakes = 0;
  /** While set, every request but those for the pages is answered with this status. */
  failing: number | undefined;
  readonly #options: TestHospitalOptions;
  readonly #est: EstService;
  readonly #server: Server;
  readonly #halfOpen = new Map<string, ResponderAwaitingMessage3>();
  readonly #channels = new Map<string, DeviceChannel>();
  readonly #known = new KnownChains();
  #own: { credential: OwnCredential; chain: readonly Bytes[] } | undefined;

  private constructor(authority: Authority, options: TestHospitalOptions) {
    this.authority = authority;
    this.#options = options;
    this.#est = new EstService(authority);
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(options: TestHospitalOptions = {}, port = 0): Promise<TestHospital> {
    const hospital = new TestHospital(await Authority.init({ store: memoryStore(), name: 'Test' }), options);
    await new Promise<void>((resolve) => hospital.#server.listen(port, '127.0.0.1', resolve));
    hospital.#own = await hospital.certify(hospitalIdentity);
    return hospital;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/`;
  }

  /** The sign-in link of a device, or of its page. */
  async link(identity: Identity, page = ''): Promise<string> {
    const { code } = await this.authority.invite({ identity, ttl: 600_000 });
    const { rootFingerprint } = this.authority;
    return activationLink({ url: `${this.url}${page}`, identity, code, rootFingerprint });
  }

  /** A certified party of this authority. */
  async certify(identity: Identity): Promise<{ credential: OwnCredential; chain: readonly Bytes[] }> {
    const keyPair = await generateKeyPair({ extractable: false });
    const { code } = await this.authority.invite({ identity, ttl: 600_000 });
    const { rootFingerprint } = this.authority;
    const client = createEstClient({ url: this.url, fetch });
    const { chain } = await enrol(client, { keyPair, identity, code, rootFingerprint });
    return { credential: ownCredential({ chain, privateKey: keyPair.privateKey, present: 'x5chain' }), chain };
  }

  /** Speaks from now on with another certificate. */
  async speakAs(identity: Identity): Promise<void> {
    this.#own = await this.certify(identity);
  }

  /** Those who listen now. */
  get listening(): DeviceChannel[] {
    return [...this.#channels.values()].filter((channel) => channel.listening);
  }

  async say(message: HospitalToDoctor | HospitalToOffice, role?: Identity['role']): Promise<void> {
    for (const channel of this.listening) {
      if (role === undefined || channel.device.role === role) await channel.say(message);
    }
  }

  /** The hospital's signing credential, for envelopes. */
  get own(): { credential: OwnCredential; chain: readonly Bytes[] } {
    if (this.#own === undefined) throw new Error('expected a started hospital');
    return this.#own;
  }

  cutFeeds(): void {
    for (const channel of this.#channels.values()) channel.cut();
  }

  /** As a restart without its store. */
  forgetChannels(): void {
    this.cutFeeds();
    this.#channels.clear();
  }

  async stop(): Promise<void> {
    this.#est.close();
    this.cutFeeds();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const pages = this.#options.pages ?? {};
    if (Object.keys(pages).some((page) => path.startsWith(page))) {
      await servePages(pages, path, response);
      return;
    }
    if (this.failing !== undefined) {
      response.writeHead(this.failing).end();
      return;
    }
    const body = await bodyOf(request);
    if (path === '/sign-in') response.writeHead(200, { 'content-type': 'application/json' }).end('{"mode":"links"}');
    else if (path === '/edhoc') await this.#handshake(body, response);
    else if (path === '/step3/stream') await this.#stream(body, response);
    else if (path === '/step3/message') await this.#message(body, response);
    else if (path.startsWith('/.well-known/est/') || path === '/crl') await this.#forward(request, body, response);
    // Its keys are in files: it proves nothing.
    else if (path === '/attestation') response.writeHead(204).end();
    else response.writeHead(404).end();
  }

  async #handshake(body: Bytes, response: ServerResponse): Promise<void> {
    const { credential } = this.own;
    const verifyPeer = credentialVerifier({
      anchors: [this.authority.rootCertificate],
      now: Date.now,
      roles: staffRoles,
      known: this.#known.find,
      remember: this.#known.remember,
    });
    try {
      const parsed = parseHandshakeBody(body);
      let answer: Bytes;
      if (parsed.kind === 'message1') {
        this.handshakes += 1;
        const connectionId = crypto.getRandomValues(new Uint8Array(8));
        const awaiting = await acceptMessage1({ own: credential, verifyPeer, connectionId }, parsed.message);
        this.#halfOpen.set(bytesToHex(connectionId), awaiting);
        answer = awaiting.message2;
      } else {
        const awaiting = this.#halfOpen.get(bytesToHex(parsed.connectionId));
        if (awaiting === undefined) throw new Error('expected a handshake that was begun');
        const { message4, result } = await awaiting.receiveMessage3(parsed.message);
        const channel = await DeviceChannel.open(await deriveChannel(result, 3, hospitalIdentity));
        this.#channels.set(bytesToHex(channel.secrets.id), channel);
        answer = message4;
      }
      response.writeHead(200, { 'content-type': handshakeMediaType.response }).end(answer);
    } catch (error) {
      response.writeHead(400, { 'content-type': handshakeMediaType.response }).end(errorMessageFor(error));
    }
  }

  async #stream(body: Bytes, response: ServerResponse): Promise<void> {
    const asked = await this.#open(body, response);
    if (asked === undefined) return;
    const { channel, message } = asked;
    const { onSubscribe = () => [welcome(), { type: 'complete', at: Date.now() } as const], heartbeatMs = 1000 } =
      this.#options;
    channel.listen(response, heartbeatMs);
    const since = message.type === 'subscribe' ? message.since : undefined;
    for (const first of onSubscribe(channel.device, since)) await channel.say(first);
  }

  async #message(body: Bytes, response: ServerResponse): Promise<void> {
    const asked = await this.#open(body, response);
    if (asked === undefined) return;
    const { channel, message, sequence } = asked;
    const { onMessage, onOffice } = this.#options;
    const said = channel.isOffice
      ? onOffice?.(channel.device, message as OfficeToHospital)
      : onMessage?.(channel.device, message as DoctorToHospital);
    const result = { type: 'result', ok: said === undefined, ...(typeof said === 'string' && { code: said }) } as const;
    const answer: HospitalToDoctor | HospitalToOffice = { ...(typeof said === 'object' ? said : result), to: sequence };
    response.writeHead(200, { 'content-type': 'application/cose' }).end(await channel.seal(answer));
  }

  async #open(body: Bytes, response: ServerResponse) {
    const channel = this.#channels.get(bytesToHex(channelIdOf(body)));
    if (channel === undefined) {
      response.writeHead(401).end();
      return undefined;
    }
    const { sequence, payload } = await channel.open(body);
    const message = channel.isOffice ? decodeOfficeToHospital(payload) : decodeDoctorToHospital(payload);
    if (channel.isOffice) this.askedByOffice.push(message as OfficeToHospital);
    else this.asked.push(message as DoctorToHospital);
    return { channel, sequence, message };
  }

  async #forward(request: IncomingMessage, body: Bytes, response: ServerResponse): Promise<void> {
    const {
      status,
      headers,
      body: answer,
    } = await this.#est.handle({
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      contentType: request.headers['content-type'],
      authorization: request.headers.authorization,
      body,
    });
    response.writeHead(status, headers).end(answer);
  }
}

export function welcome(at = Date.now(), clockSpeed = 1): HospitalToDoctor {
  return { type: 'welcome', hospital: hospitalIdentity, name: 'St Example', at, clockSpeed };
}

async function bodyOf(request: IncomingMessage): Promise<Bytes> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}
