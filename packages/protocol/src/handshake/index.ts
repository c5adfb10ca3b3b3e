export type { OwnCredential, PeerCredential, VerifyPeer } from './certificate-credential.ts';
export type { CredentialReference } from './credential-identifier.ts';
export {
  decodeErrorMessage,
  encodeErrorMessage,
  errorMessageFor,
  type HandshakeErrorMessage,
} from './error-message.ts';
export { HalfOpenHandshakes } from './half-open-handshakes.ts';
export {
  acceptMessage1,
  type HandshakeConfig,
  type HandshakeResult,
  type InitiatorAwaitingMessage2,
  type InitiatorAwaitingMessage4,
  type InitiatorConfig,
  type ResponderAwaitingMessage3,
  type ResponderConfig,
  startHandshake,
} from './handshake.ts';
export {
  frameMessage1,
  frameMessage3,
  type HandshakeBody,
  handshakeMediaType,
  parseHandshakeBody,
} from './http-carriage.ts';
export type { LastUsedChannel } from './last-used.ts';
export type { AuthenticatedInitiator, Authorize } from './profile.ts';
export { type EdhocSession, exporter, keyUpdate } from './session.ts';
