// Answers a handshake in the place of the hospital, or of an element, with whatever credential it has.

import {
  acceptMessage1,
  type Bytes,
  errorMessageFor,
  type OwnCredential,
  parseHandshakeBody,
  randomBytes,
} from '@vitalseal/protocol';

export class Impostor {
  readonly #own: OwnCredential;

  constructor(own: OwnCredential) {
    this.#own = own;
  }

  readonly answer = async (body: Bytes): Promise<Bytes> => {
    const parsed = parseHandshakeBody(body);
    if (parsed.kind === 'message3') return errorMessageFor(undefined);
    const verifyPeer = async () => {
      throw new Error('expected to be found out before the peer says who it is');
    };
    const config = { own: this.#own, verifyPeer, connectionId: randomBytes(8) };
    return (await acceptMessage1(config, parsed.message)).message2;
  };
}
