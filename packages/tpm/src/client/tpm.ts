// One connection to a TPM: commands one after another, each bounded in time, repeated where the TPM asks for it, and every
// answer checked before anything of it is used. An answer that is late, forged or no answer at all ends the connection:
// nothing that comes behind it could be told from what was asked before.
import { type Bytes, concatBytes } from '@vitalseal/protocol';
import { malformed, TpmError } from '../errors.ts';
import type { PreparedAuthorization } from '../session/authorization.ts';
import { TpmReader } from '../structures/reader.ts';
import { parseResponse, type ResponseAuthorization } from '../structures/response.ts';
import { asksAgain, responseCodeName, responseCodeSubject } from '../structures/response-code.ts';
import type { Transport } from '../transport/transport.ts';
import { type Command, frameCommand, nameOfEntity } from './command.ts';

export interface TpmLimits {
  /** For an answer to one command, ms. */
  readonly commandMs: number;
  /** For an answer to one that makes a key, ms. */
  readonly keyMs: number;
  /** For how long a TPM may ask for the same command again (TPM_RC_RETRY, TPM_RC_TESTING …), ms. */
  readonly retryMs: number;
}

export const defaultLimits: TpmLimits = { commandMs: 20_000, keyMs: 120_000, retryMs: 10_000 };

/** Between two attempts: from here, doubled, up to `longestPauseMs`. */
const firstPauseMs = 5;
const longestPauseMs = 400;

export interface Answer {
  /** 0 where the command makes none. */
  readonly handle: number;
  /** The parameters, decrypted. */
  readonly parameters: Bytes;
}

export class Tpm {
  readonly #transport: Transport;
  readonly #limits: TpmLimits;
  #queue: Promise<unknown> = Promise.resolve();
  #ended: TpmError | undefined;

  constructor(transport: Transport, limits: Partial<TpmLimits> = {}) {
    this.#transport = transport;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** False once an answer was missing or could not be believed: connect anew. */
  get usable(): boolean {
    return this.#ended === undefined && !this.#transport.gone;
  }

  /** @throws TpmError `tpm-refused` with the TPM's code in `rc`, `tpm-timeout`, `tpm-unavailable`, `tpm-hmac-mismatch`, `tpm-response-malformed` */
  run(command: Command): Promise<Answer> {
    const turn = this.#queue.then(() => this.#run(command));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** Runs a command and reads all of its parameters; what does not read so ends the connection. */
  async ask<T>(command: Command, read: (reader: TpmReader, handle: number) => T): Promise<T> {
    const answer = await this.run(command);
    try {
      const reader = new TpmReader(answer.parameters);
      const value = read(reader, answer.handle);
      reader.end(`the answer to ${command.name}`);
      return value;
    } catch (error) {
      throw await this.#end(error);
    }
  }

  /** For what was found to be a lie further up: the connection is over. @returns the error to throw */
  async distrust(error: TpmError): Promise<TpmError> {
    return await this.#end(error);
  }

  async close(): Promise<void> {
    this.#ended ??= new TpmError('tpm-unavailable', 'expected a connection that is open');
    await this.#transport.close();
  }

  async #run(command: Command): Promise<Answer> {
    if (this.#ended !== undefined) throw this.#ended;
    const authorizations = command.authorizations ?? [];
    let parameters = concatBytes(...(command.parameters ?? []));
    for (const authorization of authorizations) parameters = authorization.seal(parameters);
    const names = (command.entities ?? []).map(nameOfEntity);
    const prepared = authorizations.map((one) => one.prepare({ name: command.name, names, parameters }));
    const bytes = frameCommand(
      command,
      parameters,
      prepared.map(({ area }) => area),
    );
    try {
      return await this.#untilAnswered(command, bytes, prepared);
    } catch (error) {
      if (error instanceof TpmError && error.code === 'tpm-refused') throw error;
      throw await this.#end(error);
    }
  }

  async #untilAnswered(command: Command, bytes: Bytes, prepared: readonly PreparedAuthorization[]): Promise<Answer> {
    const until = performance.now() + this.#limits.retryMs;
    for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, longestPauseMs)) {
      const usual = command.makesKey === true ? this.#limits.keyMs : this.#limits.commandMs;
      const limit = command.answerWithinMs ?? usual;
      const response = parseResponse(await this.#exchange(command, bytes, limit), {
        sessions: prepared.length,
        handle: command.makesHandle === true,
      });
      if (response.code === 0 && 'parameters' in response) {
        const opened = acceptAll(prepared, response.authorizations, response.parameters);
        return { handle: response.handle ?? 0, parameters: opened };
      }
      const rc = responseCodeName(response.code);
      if (!asksAgain(rc) || performance.now() + pause > until) throw refused(command, rc, response.code);
      // The TPM did nothing, so its nonces are the same and so may be the bytes.
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  async #exchange(command: Command, bytes: Bytes, limitMs: number): Promise<Bytes> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new TpmError('tpm-timeout', `expected an answer to ${command.name} within ${limitMs} ms`)),
      limitMs,
    );
    try {
      return await Promise.race([this.#transport.exchange(bytes), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #end(error: unknown): Promise<TpmError> {
    const reason =
      error instanceof TpmError
        ? error
        : new TpmError('tpm-response-malformed', 'expected an answer that can be read', { cause: error });
    this.#ended ??= reason;
    await this.#transport.close();
    return reason;
  }
}

/** All HMACs cover the parameters as they came; only then is anything decrypted. */
function acceptAll(
  prepared: readonly PreparedAuthorization[],
  authorizations: readonly ResponseAuthorization[],
  parameters: Bytes,
): Bytes {
  let opened = parameters;
  for (const [index, one] of prepared.entries()) {
    const authorization = authorizations[index];
    if (authorization === undefined) throw malformed('expected an answer to each authorization');
    const mine = one.accept(authorization, parameters);
    if (mine !== parameters) opened = mine;
  }
  return opened;
}

function refused(command: Command, rc: string, code: number): TpmError {
  return new TpmError('tpm-refused', `expected the TPM to do ${command.name}: ${rc}${responseCodeSubject(code)}`, {
    rc,
  });
}
