/**
 * A patient's card, as little as a test of its administration needs: real TLS under its pre-shared key, real scripts, a
 * real key, and an answer to each command as the test wants it.
 */
import { Agent, request } from 'node:https';
import { createRequest, generateKeyPair, type KeyPair } from '@vitalseal/certifying-authority';
import { type Bytes, parseIdentity } from '@vitalseal/protocol';
import {
  type CommandApdu,
  decodeCommand,
  encodeResponse,
  instructions,
  issuerSecurityDomainAid,
  mhaAid,
  type ResponseApdu,
  statusResponse,
} from '@vitalseal/uicc';
import {
  activationKey,
  activationKeyVersion,
  administrationHeaders,
  administrationProtocol,
  decodeActivationCode,
  decodeCommandScript,
  encodeCardReceipt,
  encodeCardStatus,
  encodePskIdentity,
  encodeResponseScript,
  formatAdministrationAgent,
  readGenerateKeyPair,
  readPutKey,
  readSetStatus,
  responseScriptMediaType,
} from '@vitalseal/uicc/global-platform';

const es256 = { name: 'ECDSA', hash: 'SHA-256' } as const;

export interface CardAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Bytes;
}

export interface CardPost {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export class TestCard {
  readonly url: string;
  readonly administrationId: string;
  readonly mhaKeys: KeyPair;
  readonly receiptKeys: KeyPair;
  psk: Bytes;
  keyVersion = activationKeyVersion;
  terminated = false;
  locked = false;
  /** Whether the patient's PIN has opened the MHA. */
  open = true;
  /** Every command that was done, as `<target> <INS>`. */
  readonly done: string[] = [];
  /** Answers a command in the card's stead. */
  instead: (command: CommandApdu) => ResponseApdu | undefined = () => undefined;

  private constructor(fields: {
    url: string;
    administrationId: string;
    psk: Bytes;
    keys: readonly [KeyPair, KeyPair];
  }) {
    this.url = fields.url;
    this.administrationId = fields.administrationId;
    this.psk = fields.psk;
    [this.mhaKeys, this.receiptKeys] = fields.keys;
  }

  /** @param url of the hospital's listener, whatever address the code says */
  static async activate(code: string, url: string): Promise<TestCard> {
    const activation = decodeActivationCode(code);
    const { administrationId } = activation;
    const keys = [
      await generateKeyPair({ extractable: false }),
      await generateKeyPair({ extractable: false }),
    ] as const;
    return new TestCard({ url, administrationId, psk: await activationKey(activation), keys });
  }

  /** A connection of its own, under the key it has now. */
  connection(tls: object = {}): Agent {
    const identity = encodePskIdentity(this);
    return new Agent({
      keepAlive: true,
      maxSockets: 1,
      maxCachedSessions: 0,
      minVersion: 'TLSv1.3',
      ciphers: 'TLS_AES_128_GCM_SHA256',
      ca: [],
      pskCallback: () => ({ psk: this.psk, identity }),
      checkServerIdentity: () => undefined,
      ...tls,
    });
  }

  post(
    { path = '/card-administration', headers = {}, body = new Uint8Array() }: CardPost,
    agent: Agent,
  ): Promise<CardAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<CardAnswer>();
    const own = {
      [administrationHeaders.protocol]: administrationProtocol,
      [administrationHeaders.from]: formatAdministrationAgent({
        card: this.administrationId,
        application: issuerSecurityDomainAid,
      }),
    };
    const options = { method: 'POST', agent, headers: { ...own, ...headers, 'content-length': String(body.length) } };
    const sent = request(new URL(path, this.url), options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: new Uint8Array(Buffer.concat(chunks)),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
    return promise;
  }

  /** A whole session: until nothing waits. @returns the last answer */
  async session(): Promise<CardAnswer> {
    const agent = this.connection();
    try {
      let answer = await this.post({}, agent);
      while (answer.status === 200) answer = await this.post(await this.execute(answer), agent);
      return answer;
    } finally {
      agent.destroy();
    }
  }

  /** Does the script. @returns the POST that answers it */
  async execute({ headers, body }: CardAnswer): Promise<CardPost> {
    const application = headers['x-admin-targeted-application'];
    const target = application === undefined ? 'domain' : 'mha';
    const responses: Bytes[] = [];
    for (const bytes of decodeCommandScript(body).commands) {
      const command = decodeCommand(bytes);
      const response = this.instead(command) ?? (await this.#do(command, target));
      responses.push(encodeResponse(response));
      if (response.status !== 0x9000) break;
      this.done.push(`${target} ${command.ins.toString(16)}`);
    }
    return {
      path: String(headers['x-admin-next-uri']),
      headers: { 'content-type': responseScriptMediaType, [administrationHeaders.scriptStatus]: 'ok' },
      body: encodeResponseScript(responses),
    };
  }

  async #do(command: CommandApdu, target: string): Promise<ResponseApdu> {
    if (target === 'mha' && !this.open) return statusResponse(0x6982);
    switch (command.ins) {
      case instructions.putKey: {
        const { key, version } = readPutKey(command);
        this.psk = key;
        this.keyVersion = version;
        return statusResponse(0x9000, Uint8Array.of(version));
      }
      case instructions.generateAsymmetricKeyPair:
        return statusResponse(0x9000, await createRequest(this.mhaKeys, parseIdentity(readGenerateKeyPair(command))));
      case instructions.getData:
        return statusResponse(0x9000, await this.status());
      case instructions.setStatus: {
        const change = readSetStatus(command);
        this.locked = change === 'lock';
        this.terminated ||= change === 'terminate';
        return change === 'terminate' ? statusResponse(0x9000, await this.receipt()) : statusResponse(0x9000);
      }
      default:
        return statusResponse(0x9000);
    }
  }

  async status(): Promise<Bytes> {
    const { administrationId, keyVersion, open, terminated, locked } = this;
    return encodeCardStatus({
      administrationId,
      card: terminated ? 'terminated' : 'secured',
      mha: terminated ? 'terminated' : locked ? 'locked' : 'personalized',
      release: '0.0.0-test',
      imageVersion: 0,
      keyVersion,
      open,
      scripts: 0,
      commands: this.done.length,
      receiptKey: new Uint8Array(await crypto.subtle.exportKey('spki', this.receiptKeys.publicKey)),
    });
  }

  async receipt(): Promise<Bytes> {
    const { administrationId, done, receiptKeys } = this;
    const sign = async (input: Bytes) => new Uint8Array(await crypto.subtle.sign(es256, receiptKeys.privateKey, input));
    return encodeCardReceipt({ administrationId, commands: done.length, application: mhaAid }, sign);
  }
}
