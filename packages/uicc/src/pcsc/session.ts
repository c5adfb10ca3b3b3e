// A program's session with pcscd: protocol version, context, and what the readers do.

import { UiccError } from '../errors.ts';
import { DaemonConnection } from './daemon-connection.ts';
import { commands, protocolMajor, protocolMinors, readersStateLength, struct, uint32 } from './messages.ts';
import { decodeReadersState, type ReaderState } from './reader-state.ts';
import { requireSuccess } from './return-codes.ts';

/** Where pcscd listens, as its own library finds it. */
export function pcscdSocketPath(): string {
  return process.env.PCSCLITE_CSOCK_NAME ?? '/run/pcscd/pcscd.comm';
}

export interface PcscOptions {
  /** pcscd's socket. */
  readonly socketPath?: string;
  /** The longest that pcscd, or a card behind it, may take for one answer. */
  readonly timeoutMs?: number;
}

/** The time of a slow card for its slowest command: a key pair, or a PIN through a slow hash. */
const defaultTimeoutMs = 30_000;

/** Any program of the system (SCARD_SCOPE_SYSTEM). */
const systemScope = 2;

export class PcscSession {
  readonly #connection: DaemonConnection;
  readonly context: number;

  /** @throws UiccError `pcsc-unreachable`, `pcsc-denied`, `pcsc-failed` */
  static async open(options: PcscOptions = {}): Promise<PcscSession> {
    const { socketPath = pcscdSocketPath(), timeoutMs = defaultTimeoutMs } = options;
    const connection = await DaemonConnection.open(socketPath, timeoutMs);
    try {
      await agreeVersion(connection);
      const reply = await connection.call(commands.establishContext, struct(systemScope, 0, 0));
      requireSuccess(uint32(reply, 8), 'establishing a context');
      return new PcscSession(connection, uint32(reply, 4));
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  private constructor(connection: DaemonConnection, context: number) {
    this.#connection = connection;
    this.context = context;
  }

  get connection(): DaemonConnection {
    return this.#connection;
  }

  readers(): Promise<ReaderState[]> {
    return this.#connection.exchange(async ({ send, receive }) => {
      send(commands.getReadersState);
      return decodeReadersState(await receive(readersStateLength));
    });
  }

  /**
   * Waits until the readers are as `wanted` asks; sleeps between pcscd's events.
   * @returns the first thing that `wanted` gave; undefined when `waitMs` were over, or `signal` ended the wait
   */
  async waitFor<T>(
    wanted: (readers: readonly ReaderState[]) => T | undefined,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    const over = AbortSignal.any([AbortSignal.timeout(waitMs), ...(signal === undefined ? [] : [signal])]);
    for (;;) {
      const found = await this.#waitOnce(wanted, over, waitMs);
      if (found !== undefined || over.aborted) return found;
    }
  }

  close(): void {
    this.#connection.close();
  }

  /** One CMD_WAIT_READER_STATE_CHANGE: the states as they are, and then one message, of an event or of our calling off. */
  #waitOnce<T>(
    wanted: (readers: readonly ReaderState[]) => T | undefined,
    over: AbortSignal,
    waitMs: number,
  ): Promise<T | undefined> {
    return this.#connection.exchange(async ({ send, receive }) => {
      send(commands.waitReaderStateChange);
      const found = wanted(decodeReadersState(await receive(readersStateLength)));
      const callOff = () => send(commands.stopWaitingReaderStateChange);
      if (found !== undefined || over.aborted) callOff();
      else over.addEventListener('abort', callOff, { once: true });
      await receive(8);
      over.removeEventListener('abort', callOff);
      return found;
    }, waitMs + defaultTimeoutMs);
  }
}

async function agreeVersion(connection: DaemonConnection): Promise<void> {
  for (const minor of protocolMinors) {
    const reply = await greet(connection, minor);
    if (uint32(reply, 8) === 0) return;
  }
  throw new UiccError('pcsc-failed', `expected a pcscd of protocol ${protocolMajor}.${protocolMinors.join(' or .')}`);
}

async function greet(connection: DaemonConnection, minor: number): Promise<Uint8Array> {
  try {
    return await connection.call(commands.version, struct(protocolMajor, minor, 0));
  } catch (error) {
    // Its policy (polkit) hangs up on whom it does not let in, before a word is said.
    if (!(error instanceof UiccError) || error.code !== 'pcsc-unreachable') throw error;
    throw new UiccError('pcsc-denied', 'expected pcscd to let this user at its cards, and it hung up', {
      cause: error,
    });
  }
}
