// error = ( ERR_CODE: int, ERR_INFO: any ), RFC 9528 section 6. Nothing authenticates it: it may end a handshake, which
// whoever can write it could do anyway, and never decides anything else.

import { type Bytes, concatBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { decodeCborSequence, encodeCbor } from '../wire/cbor/index.ts';
import { suite3 } from './cipher-suite.ts';
import { maximumMessageLength } from './limits.ts';
import { decodeSuites, encodeSuites } from './message1.ts';

export type HandshakeErrorMessage =
  | { readonly kind: 'unspecified'; readonly text: string }
  | { readonly kind: 'wrong-cipher-suite'; readonly suites: readonly number[] }
  | { readonly kind: 'unknown-credential' };

const errorCode = { unspecified: 1, wrongCipherSuite: 2, unknownCredential: 3 } as const;

export function encodeErrorMessage(message: HandshakeErrorMessage): Bytes {
  switch (message.kind) {
    case 'unspecified':
      return concatBytes(encodeCbor(errorCode.unspecified), encodeCbor(message.text));
    case 'wrong-cipher-suite':
      return concatBytes(encodeCbor(errorCode.wrongCipherSuite), encodeSuites(message.suites));
    case 'unknown-credential':
      return concatBytes(encodeCbor(errorCode.unknownCredential), encodeCbor(true));
  }
}

/** @throws ProtocolError `message-malformed`, or a `cbor-` code */
export function decodeErrorMessage(bytes: Bytes): HandshakeErrorMessage {
  const [code, info, ...rest] = decodeCborSequence(bytes, { maxBytes: maximumMessageLength.error });
  if (rest.length === 0) {
    if (code === errorCode.unspecified && typeof info === 'string') return { kind: 'unspecified', text: info };
    if (code === errorCode.wrongCipherSuite) return { kind: 'wrong-cipher-suite', suites: decodeSuites(info) };
    if (code === errorCode.unknownCredential && info === true) return { kind: 'unknown-credential' };
  }
  throw new ProtocolError('message-malformed', 'expected an error message as code and information');
}

/**
 * What to answer when a step failed. The text is always the same: why a credential was refused, or whether a message
 * was malformed or forged, is for our own log and no business of someone who has proved nothing.
 */
export function errorMessageFor(error: unknown, suites: readonly number[] = [suite3.id]): Bytes {
  if (error instanceof ProtocolError && error.code === 'cipher-suite-unsupported') {
    return encodeErrorMessage({ kind: 'wrong-cipher-suite', suites });
  }
  if (error instanceof ProtocolError && error.code === 'credential-unknown') {
    return encodeErrorMessage({ kind: 'unknown-credential' });
  }
  return encodeErrorMessage({ kind: 'unspecified', text: 'handshake refused' });
}

/**
 * Where a message_2 or message_4, always a byte string, was expected and an error message came instead.
 * @throws ProtocolError `peer-refused`, `peer-refused-cipher-suite` or `peer-lacks-credential`
 */
export function refuseErrorMessage(bytes: Bytes): void {
  const [first] = bytes;
  if (first === undefined || first > 0x17) return;
  switch (decodeErrorMessage(bytes).kind) {
    case 'unspecified':
      throw new ProtocolError('peer-refused', 'expected the peer to go on with the handshake');
    case 'wrong-cipher-suite':
      throw new ProtocolError('peer-refused-cipher-suite', 'expected a peer that supports our cipher suite');
    case 'unknown-credential':
      throw new ProtocolError('peer-lacks-credential', 'expected a peer that has our certificate');
  }
}
