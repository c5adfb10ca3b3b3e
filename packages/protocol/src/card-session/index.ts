// A card's administration, carried by a page: the handshake under its pre-shared key, and what is sealed after it.

export {
  type CardSessionRequest,
  cardSessionMediaType,
  cardSessionName,
  cardSessionPath,
  cardSessionPrologue,
  cardSessionRequest,
  type InnerAnswer,
  type InnerPost,
  longestCardSessionBody,
  openCardAnswer,
  openCardPost,
  sealCardAnswer,
  sealCardPost,
} from './messages.ts';
export { type NoiseInitiator, type NoiseTransport, noiseInitiator, noiseResponder } from './noise-nnpsk0.ts';
