// An HMAC or policy session, TPM 2.0 Library Part 1 sections 19 and 21, salted for the storage root key: whoever sits between
// this process and the TPM learns no secret parameter, and cannot alter a command or forge an answer.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type Bytes, concatBytes, constantTimeEqual, noBytes, randomBytes } from '@vitalseal/protocol';
import { malformed, TpmError } from '../errors.ts';
import { commandCode } from '../structures/command-code.ts';
import type { ResponseAuthorization } from '../structures/response.ts';
import { sized, u8, u32 } from '../structures/writer.ts';
import {
  type Authorization,
  type CommandToAuthorize,
  type PreparedAuthorization,
  withoutTrailingZeros,
} from './authorization.ts';
import { hmacOf, kdfA, sha256Of } from './key-derivation.ts';

/** TPMA_SESSION. */
const continues = 1 << 0;
const encryptsCommand = 1 << 5;
const encryptsResponse = 1 << 6;

export interface SessionUse {
  /** Authorization value of the entity, empty for keys that have none. */
  readonly value?: Bytes;
  /** The first parameter of the command is a secret. */
  readonly secretCommand?: boolean;
  /** The first parameter of the response is a secret. */
  readonly secretResponse?: boolean;
}

export class Session {
  readonly handle: number;
  readonly #policy: boolean;
  readonly #key: Bytes;
  #nonceTpm: Bytes;

  /** @param key the session key, from a salt: never empty, or a response would carry no proof */
  constructor(handle: number, kind: 'hmac' | 'policy', key: Bytes, nonceTpm: Bytes) {
    this.handle = handle;
    this.#policy = kind === 'policy';
    this.#key = key;
    this.#nonceTpm = nonceTpm;
  }

  /** For one command. */
  authorize({ value = noBytes, secretCommand = false, secretResponse = false }: SessionUse = {}): Authorization {
    const nonce = randomBytes(16);
    // A policy session proves the policy, not the value; parameters are encrypted under both all the same.
    const sessionValue = concatBytes(this.#key, withoutTrailingZeros(value));
    const hmacKey = this.#policy ? this.#key : sessionValue;
    const attributes = continues | (secretCommand ? encryptsCommand : 0) | (secretResponse ? encryptsResponse : 0);
    return {
      seal: (parameters) =>
        secretCommand
          ? cipherFirst(parameters, kdfA(sessionValue, 'CFB', nonce, this.#nonceTpm, 256), createCipheriv)
          : parameters,
      prepare: (command) => this.#prepare(command, { nonce, attributes, hmacKey, sessionValue, secretResponse }),
    };
  }

  /** The key leaves the memory; the TPM's side is flushed by whoever opened the session. */
  forget(): void {
    this.#key.fill(0);
  }

  #prepare(
    command: CommandToAuthorize,
    use: { nonce: Bytes; attributes: number; hmacKey: Bytes; sessionValue: Bytes; secretResponse: boolean },
  ): PreparedAuthorization {
    const { nonce, attributes, hmacKey, sessionValue, secretResponse } = use;
    const code = u32(commandCode[command.name]);
    const commandHash = sha256Of(code, ...command.names, command.parameters);
    const hmac = hmacOf(hmacKey, commandHash, nonce, this.#nonceTpm, u8(attributes));
    return {
      area: concatBytes(u32(this.handle), sized(nonce), u8(attributes), sized(hmac)),
      accept: (response, parameters) => {
        const responseHash = sha256Of(u32(0), code, parameters);
        const expected = hmacOf(hmacKey, responseHash, response.nonce, nonce, u8(response.attributes));
        this.#acceptProof(response, expected, attributes);
        return secretResponse
          ? cipherFirst(parameters, kdfA(sessionValue, 'CFB', response.nonce, nonce, 256), createDecipheriv)
          : parameters;
      },
    };
  }

  #acceptProof(response: ResponseAuthorization, expected: Bytes, attributes: number): void {
    if (!constantTimeEqual(response.hmac, expected)) {
      throw new TpmError('tpm-hmac-mismatch', 'expected an answer that the TPM itself has authenticated');
    }
    // Under the HMAC, so the TPM's own words: a session that it ended, or did not encrypt as asked, is not ours any more.
    if (response.attributes !== attributes) throw malformed('expected the session to go on as it was asked to');
    if (response.nonce.length !== 16) throw malformed('expected a nonce of 16 bytes');
    this.#nonceTpm = response.nonce;
  }
}

/** AES-128-CFB over the contents of the first TPM2B, Part 1 section 21.3. */
function cipherFirst(parameters: Bytes, derived: Bytes, make: typeof createCipheriv | typeof createDecipheriv): Bytes {
  const length = parameters.length < 2 ? -1 : new DataView(parameters.buffer, parameters.byteOffset).getUint16(0);
  if (length < 0 || 2 + length > parameters.length) throw malformed('expected a sized first parameter');
  const cipher = make('aes-128-cfb', derived.subarray(0, 16), derived.subarray(16));
  const changed = cipher.update(parameters.subarray(2, 2 + length));
  derived.fill(0);
  return concatBytes(parameters.subarray(0, 2), changed, parameters.subarray(2 + length));
}
