// What stands in a command's authorization area, TPM 2.0 Library Part 1 section 18.3: a session that proves knowledge of an
// authorization value by HMAC, or the value itself (a password), which is right only where it is empty.
import { type Bytes, concatBytes, noBytes } from '@vitalseal/protocol';
import { malformed } from '../errors.ts';
import type { CommandName } from '../structures/command-code.ts';
import { permanentHandle } from '../structures/constants.ts';
import type { ResponseAuthorization } from '../structures/response.ts';
import { sized, u8, u32 } from '../structures/writer.ts';

export interface CommandToAuthorize {
  readonly name: CommandName;
  /** Of each entity in the command's handle area. */
  readonly names: readonly Bytes[];
  readonly parameters: Bytes;
}

export interface PreparedAuthorization {
  /** TPMS_AUTH_COMMAND. */
  readonly area: Bytes;
  /**
   * Checks the TPM's part over the parameters as they came, and opens the first of them if it was encrypted.
   * @throws TpmError `tpm-hmac-mismatch`, `tpm-response-malformed`
   */
  accept(response: ResponseAuthorization, parameters: Bytes): Bytes;
}

export interface Authorization {
  /** Encrypts the first parameter where that is asked; before any authorization is prepared, since all cover the result. */
  seal(parameters: Bytes): Bytes;
  prepare(command: CommandToAuthorize): PreparedAuthorization;
}

/** Authorization values are compared without trailing zeros (Part 1 section 19.6.5). */
export function withoutTrailingZeros(value: Bytes): Bytes {
  let length = value.length;
  while (length > 0 && value[length - 1] === 0) length--;
  return value.subarray(0, length);
}

/** In clear on the way to the TPM: for hierarchies without a password, and for nothing that is a secret. */
export function passwordAuthorization(value: Bytes = noBytes): Authorization {
  const area = concatBytes(u32(permanentHandle.password), sized(noBytes), u8(0), sized(value));
  return {
    seal: (parameters) => parameters,
    prepare: () => ({
      area,
      accept(response, parameters) {
        if (response.nonce.length !== 0 || response.hmac.length !== 0) {
          throw malformed('expected an empty answer to a password');
        }
        return parameters;
      },
    }),
  };
}
