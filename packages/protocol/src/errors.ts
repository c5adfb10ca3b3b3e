// Every refusal of the protocol. A caller branches on `code`, never on the text; the text names what was expected
// and never holds a key, a token, a person's identifier or a reading.

/** Each code a `ProtocolError` may carry; docs/errors.md lists the same. */
export const protocolErrorCodes = [
  // wire/cbor: what deterministic CBOR (RFC 8949 section 4.2) refuses
  'cbor-malformed',
  'cbor-not-deterministic',
  'cbor-duplicate-key',
  'cbor-bad-utf8',
  'cbor-too-deep',
  'cbor-trailing-bytes',
  'cbor-unsupported',
  'message-too-large',
  // wire: values that are CBOR but not of the message's shape
  'message-malformed',
  'identity-malformed',
  'time-out-of-range',
  'location-out-of-range',
  'measurement-malformed',
  // primitives
  'authentication-failed',
  'key-malformed',
  // the code on a sensor, as somebody typed or scanned it
  'sensor-code-malformed',
  // handshake: what a step refuses
  'handshake-ended',
  'method-unsupported',
  'cipher-suite-unsupported',
  'connection-id-malformed',
  'connection-id-clash',
  'critical-ead-unknown',
  'sensor-code-unproved',
  'credential-malformed',
  'credential-unknown',
  'credential-refused',
  'credential-mismatch',
  'credential-own',
  // handshake: what the peer said in an error message (RFC 9528 section 6), without proof
  'peer-refused',
  'peer-refused-cipher-suite',
  'peer-lacks-credential',
  // handshake: the keys it leaves
  'exporter-label-reserved',
  'session-replaced',
  // channel
  'record-malformed',
  'channel-unknown',
  'role-not-allowed',
  'channel-secrets-malformed',
  'counter-exhausted',
  'counter-malformed',
  'record-replayed',
  'record-too-old',
  'replay-window-malformed',
  // steps
  'sender-mismatch',
  'recipient-mismatch',
  // step 1: fragments of a sealed frame on the Bluetooth link
  'link-mtu-unsupported',
  'fragment-malformed',
  'fragment-duplicate',
  'fragment-out-of-order',
  'fragment-oversized',
  // step 3: an envelope for several recipients
  'envelope-malformed',
  'envelope-not-for-recipient',
  'envelope-signature-invalid',
] as const;

export type ProtocolErrorCode = (typeof protocolErrorCodes)[number];

export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
