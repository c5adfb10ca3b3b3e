// A state of the handshake serves one message. Taking it empties its holder before anything can fail, so a second call,
// a concurrent one, and any call after an error find nothing: the handshake has ended (RFC 9528 section 5.1).

import { ProtocolError } from '../errors.ts';

export class SingleUse<State extends object> {
  #state: State | undefined;

  constructor(state: State) {
    this.#state = state;
  }

  /** @throws ProtocolError `handshake-ended` */
  take(): State {
    const state = this.#state;
    this.#state = undefined;
    if (state === undefined) throw new ProtocolError('handshake-ended', 'expected a step that was not taken before');
    return state;
  }
}
