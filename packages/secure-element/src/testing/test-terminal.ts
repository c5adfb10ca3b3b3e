// A small terminal for tests of the card: one queue of APDUs, sockets of node:net, timers that run faster than life, and
// ways to lie. The phone's own is in the patient's app.

import { connect, type Socket } from 'node:net';
import {
  type Bytes,
  type Card,
  type CommandApdu,
  commandDetails,
  decodeProactiveCommand,
  decodeResponse,
  type Envelope,
  encodeCommand,
  encodeEnvelope,
  encodeTerminalProfile,
  encodeTerminalResponse,
  generalResults,
  type ProactiveCommand,
  proactiveCommandWaiting,
  type ResponseApdu,
  type TerminalCapability,
  type TerminalResponse,
} from '@vitalseal/uicc';

export type Answer = Omit<TerminalResponse, 'number' | 'commandType' | 'qualifier'>;

export interface TestTerminalOptions {
  /** What the terminal says in place of what it did. */
  readonly lie?: (command: ProactiveCommand, answer: Answer) => Answer;
  /** Ms that a second of its timers lasts. Default 1. */
  readonly second?: number;
  readonly utcMs?: () => number;
  /** FETCH with an extended Le. */
  readonly extended?: boolean;
}

interface Link {
  readonly channel: number;
  readonly socket: Socket;
  received: Buffer;
}

const capabilities: readonly TerminalCapability[] = [
  'profile-download',
  'timer-expiration',
  'poll-interval',
  'set-up-event-list',
  'data-available',
  'channel-status',
  'timer-start-stop',
  'provide-date-time-zone',
  'open-channel',
  'close-channel',
  'receive-data',
  'send-data',
  'get-channel-status',
  'tcp-client-remote',
];
const channels = [1, 2, 3] as const;
const none = new Uint8Array(0);
const ok: Answer = { result: { general: generalResults.performed } };

export class TestTerminal {
  readonly #card: Card;
  readonly #options: TestTerminalOptions;
  readonly #links = new Map<number, Link>();
  readonly #timers = new Map<number, NodeJS.Timeout>();
  #last: Promise<unknown> = Promise.resolve();
  apdus = 0;
  /** Of commands and responses. */
  linkBytes = 0;
  /** Each proactive command, as it was fetched. */
  readonly commands: ProactiveCommand[] = [];
  lie: TestTerminalOptions['lie'];

  constructor(card: Card, options: TestTerminalOptions = {}) {
    this.#card = card;
    this.#options = options;
    this.lie = options.lie;
  }

  get openLinks(): number {
    return this.#links.size;
  }

  get sockets(): readonly Socket[] {
    return [...this.#links.values()].map(({ socket }) => socket);
  }

  boot(): Promise<ResponseApdu> {
    const profile = encodeTerminalProfile({ capabilities: new Set(capabilities), channels: channels.length });
    return this.send({ cla: 0x80, ins: 0x10, p1: 0, p2: 0, data: profile });
  }

  /** Polls the card as a terminal does that has nothing to say. */
  status(): Promise<ResponseApdu> {
    return this.send({ cla: 0x80, ins: 0xf2, p1: 0, p2: 0x0c, data: none });
  }

  envelope(envelope: Envelope): Promise<ResponseApdu> {
    return this.send({ cla: 0x80, ins: 0xc2, p1: 0, p2: 0, data: encodeEnvelope(envelope) });
  }

  /** Serves whatever the card asks for before the next command. @returns the response to this one */
  send(command: CommandApdu): Promise<ResponseApdu> {
    return this.#queued(() => this.#exchange(command));
  }

  /** Power off and on: the card forgets, the terminal too. */
  reset(): Promise<void> {
    return this.#queued(async () => {
      this.#forget();
      await this.#card.reset();
    });
  }

  async close(): Promise<void> {
    await this.#queued(async () => this.#forget());
  }

  /** One APDU as it is, proactive command or not. */
  async transmit(command: CommandApdu): Promise<ResponseApdu> {
    const bytes = encodeCommand(command);
    this.apdus += 1;
    this.linkBytes += bytes.length;
    const response = await this.#card.transmit(bytes);
    this.linkBytes += response.length;
    return decodeResponse(response);
  }

  async #exchange(command: CommandApdu): Promise<ResponseApdu> {
    const first = await this.transmit(command);
    let response = first;
    for (;;) {
      const length = proactiveCommandWaiting(response.status);
      if (length === undefined) return first;
      const le = this.#options.extended ? 65_536 : length;
      const fetched = await this.transmit({ cla: 0x80, ins: 0x12, p1: 0, p2: 0, data: none, le });
      const proactive = decodeProactiveCommand(fetched.data);
      this.commands.push(proactive);
      const done = await this.#execute(proactive);
      const answer = this.lie?.(proactive, done) ?? done;
      const data = encodeTerminalResponse({ ...commandDetails(proactive), ...answer });
      response = await this.transmit({ cla: 0x80, ins: 0x14, p1: 0, p2: 0, data });
    }
  }

  async #execute(command: ProactiveCommand): Promise<Answer> {
    switch (command.type) {
      case 'set-up-event-list':
        return ok;
      case 'poll-interval':
        return { ...ok, duration: command.seconds };
      case 'timer-management':
        return this.#manageTimer(command.timer, command.action === 'start' ? (command.seconds ?? 0) : undefined);
      case 'provide-local-information':
        return { ...ok, dateTimeZone: { utcMs: (this.#options.utcMs ?? Date.now)(), offsetMinutes: 0 } };
      case 'open-channel':
        return this.#open(Buffer.from(command.address).join('.'), command.port);
      case 'send-data': {
        const link = this.#links.get(command.channel);
        if (!link) return bipError(3);
        link.socket.write(command.data);
        return { ...ok, channelDataLength: 255 };
      }
      case 'receive-data':
        return this.#receive(command.channel, command.length);
      case 'close-channel': {
        const link = this.#links.get(command.channel);
        if (!link) return bipError(3);
        this.#links.delete(command.channel);
        link.socket.destroy();
        return ok;
      }
      case 'get-channel-status': {
        const [first] = this.#links.values();
        const status = { channel: first?.channel ?? 0, linkEstablished: first !== undefined, information: 0 };
        return { ...ok, channelStatus: status };
      }
      default:
        return { result: { general: generalResults.beyondCapabilities } };
    }
  }

  async #open(host: string, port: number): Promise<Answer> {
    const channel = channels.find((one) => !this.#links.has(one));
    if (channel === undefined) return bipError(1);
    const socket = connect({ host, port, noDelay: true });
    const connected = Promise.withResolvers<boolean>();
    socket.once('connect', () => connected.resolve(true));
    socket.once('error', () => connected.resolve(false));
    if (!(await connected.promise)) return bipError(7);
    const link: Link = { channel, socket, received: Buffer.alloc(0) };
    this.#links.set(channel, link);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const first = link.received.length === 0;
      link.received = Buffer.concat([link.received, data]);
      if (first) void this.#tellData(link);
    });
    socket.once('close', () => void this.#tellDropped(link));
    const channelStatus = { channel, linkEstablished: true, information: 0 };
    return { ...ok, channelStatus, bearer: Uint8Array.of(3), bufferSize: 1500 };
  }

  #receive(channel: number, length: number): Answer {
    const link = this.#links.get(channel);
    if (!link) return bipError(3);
    const channelData = new Uint8Array(link.received.subarray(0, length));
    link.received = link.received.subarray(channelData.length);
    return { ...ok, channelData, channelDataLength: Math.min(255, link.received.length) };
  }

  #manageTimer(timer: number, seconds: number | undefined): Answer {
    clearTimeout(this.#timers.get(timer));
    this.#timers.delete(timer);
    if (seconds === undefined) return { ...ok, timer, timerSeconds: 0 };
    const expired = () => {
      this.#timers.delete(timer);
      void this.envelope({ type: 'timer-expiration', timer, seconds }).catch(() => {});
    };
    this.#timers.set(timer, setTimeout(expired, seconds * (this.#options.second ?? 1)));
    return { ...ok, timer };
  }

  #tellData(link: Link): Promise<unknown> {
    return this.#tell(link, () => ({
      type: 'data-available',
      channelStatus: { channel: link.channel, linkEstablished: true, information: 0 },
      length: Math.min(255, link.received.length),
    }));
  }

  #tellDropped(link: Link): Promise<unknown> {
    return this.#tell(link, () => ({
      type: 'channel-status',
      channelStatus: { channel: link.channel, linkEstablished: false, information: 5 },
    }));
  }

  /** Of a link that is still the card's when the turn comes. */
  #tell(link: Link, envelope: () => Envelope): Promise<unknown> {
    return this.#queued(async () => {
      if (this.#links.get(link.channel) !== link) return;
      const data = encodeEnvelope(envelope());
      await this.#exchange({ cla: 0x80, ins: 0xc2, p1: 0, p2: 0, data });
    }).catch(() => {});
  }

  #forget(): void {
    for (const { socket } of this.#links.values()) socket.destroy();
    for (const timeout of this.#timers.values()) clearTimeout(timeout);
    this.#links.clear();
    this.#timers.clear();
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}

function bipError(cause: number): Answer {
  const additional: Bytes = Uint8Array.of(cause);
  return { result: { general: generalResults.bearerIndependentProtocolError, additional } };
}
