// What goes back to the sensor for its records: sealed acknowledgements, and hints for those that could not be
// acknowledged. Only what is sealed lets the sensor forget a record; a hint, which the phone could have made up, makes
// it wait, send again or shake hands again.

import { type Bytes, type CborValue, decodeCbor, encodeCbor } from '@vitalseal/protocol';
import { SecureElementError } from '../errors.ts';

export interface RecordHint {
  readonly recordHash: Bytes;
  readonly code: string;
}

export interface SensorAnswer {
  /** Sealed records, each with one `Acknowledgement`. */
  readonly acknowledgements: readonly Bytes[];
  readonly hints: readonly RecordHint[];
}

const maxAnswerBytes = 1 << 17;

export function encodeSensorAnswer({ acknowledgements, hints }: SensorAnswer): Bytes {
  return encodeCbor([[...acknowledgements], hints.map(({ recordHash, code }) => [recordHash, code])]);
}

/** @throws SecureElementError `answer-malformed` @throws ProtocolError */
export function decodeSensorAnswer(answer: Bytes): SensorAnswer {
  const decoded = decodeCbor(answer, { maxBytes: maxAnswerBytes });
  if (!Array.isArray(decoded) || decoded.length !== 2) throw malformed();
  const [acknowledgements, hints] = decoded;
  if (!Array.isArray(acknowledgements) || !Array.isArray(hints)) throw malformed();
  return {
    acknowledgements: acknowledgements.map((record) => {
      if (!(record instanceof Uint8Array)) throw malformed();
      return record;
    }),
    hints: hints.map(readHint),
  };
}

function readHint(hint: CborValue): RecordHint {
  if (!Array.isArray(hint) || hint.length !== 2) throw malformed();
  const [recordHash, code] = hint;
  if (!(recordHash instanceof Uint8Array) || typeof code !== 'string' || code.length > 64) throw malformed();
  return { recordHash, code };
}

function malformed(): SecureElementError {
  return new SecureElementError('answer-malformed', 'expected sealed acknowledgements and hints');
}
