/**
 * Administration of cards that a page carries for: the sessions under the cards' keys (the protocol's `card-session`). As
 * over TLS, who the card is was proved by its key; a session is this process's own, and whoever has lost it opens another.
 */
import {
  bytesToHex,
  type CardSessionRequest,
  cardSessionName,
  cardSessionPrologue,
  cardSessionRequest,
  type InnerAnswer,
  type InnerPost,
  type NoiseTransport,
  noiseResponder,
  openCardPost,
  ProtocolError,
  sealCardAnswer,
} from '@vitalseal/protocol';
import { decodePskIdentity, type PskIdentity } from '@vitalseal/uicc/global-platform';
import { HospitalError } from '../errors.ts';
import { errorAnswer } from '../listener/answer-errors.ts';
import { codeOf } from '../refusal.ts';
import type { Blob } from '../store/schema.ts';
import type { CardAdministration } from './card-administration.ts';
import {
  administrationPath,
  type CardAnswer,
  type CardHeaders,
  cardAnswer,
  expectAgreement,
  responseOf,
} from './card-http.ts';
import type { KeyOf } from './psk-door.ts';

export interface CardSessionsOptions {
  readonly administration: Pick<CardAdministration, 'answer'>;
  readonly keyOf: KeyOf;
  readonly onProblem: (error: unknown) => void;
}

interface Session {
  readonly transport: NoiseTransport;
  card: PskIdentity;
  next: number;
}

/** Opened without the answer of the one who opened it, they cost memory alone: the oldest goes. */
const mostSessions = 4096;
const mostOfOneCard = 4;

export class CardSessions {
  readonly #options: CardSessionsOptions;
  readonly #sessions = new Map<string, Session>();

  constructor(options: CardSessionsOptions) {
    this.#options = options;
  }

  /** @throws HospitalError `card-not-authenticated` @throws ProtocolError for a request that is none */
  async answer(body: Blob): Promise<Blob> {
    const request = cardSessionRequest.decode(body);
    return request.type === 'open' ? await this.#open(request) : await this.#post(request);
  }

  async #open({ identity, message1 }: CardSessionRequest & { type: 'open' }): Promise<Blob> {
    const card = decodePskIdentity(identity);
    const psk = card && this.#options.keyOf(card);
    if (!card || !psk) throw notAuthenticated();
    const prologue = cardSessionPrologue(identity);
    const { message2, ...transport } = await proved(noiseResponder(new Uint8Array(psk), prologue, message1));
    this.#makeRoom(card);
    this.#sessions.set(bytesToHex(cardSessionName(transport)), { transport, card, next: 0 });
    return message2;
  }

  async #post({ session: name, counter, sealed }: CardSessionRequest & { type: 'post' }): Promise<Blob> {
    const session = this.#sessions.get(bytesToHex(name));
    if (session === undefined) throw notAuthenticated();
    const post = await proved(openCardPost(session.transport, counter, sealed));
    // What comes once more is answered by nobody: whoever lost an answer opens another session.
    if (counter !== session.next) throw notAuthenticated();
    session.next += 1;
    const { status, headers, body } = await this.#answer(session, post);
    const answer: InnerAnswer = { status, headers: Object.entries(headers), body };
    return await sealCardAnswer(session.transport, counter, answer);
  }

  async #answer(session: Session, post: InnerPost): Promise<CardAnswer> {
    try {
      const headers = lowered(post.headers);
      expectAgreement(headers, session.card);
      const body = post.body.length > 0 ? post.body : undefined;
      const response = post.path === administrationPath ? undefined : responseOf(headers, body, numberIn(post.path));
      const answered = await this.#options.administration.answer({ card: session.card, response });
      session.card = { ...session.card, keyVersion: answered.keyVersion };
      return cardAnswer(answered);
    } catch (error) {
      if (codeOf(error) === 'card-not-authenticated') throw error;
      const { status, code, retryAfter } = errorAnswer(error, this.#options.onProblem);
      const body = new TextEncoder().encode(JSON.stringify({ code }));
      return { status, headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }, body };
    }
  }

  #makeRoom({ administrationId }: PskIdentity): void {
    const ofCard = [...this.#sessions].filter(([, { card }]) => card.administrationId === administrationId);
    for (const [name] of ofCard.slice(0, Math.max(0, ofCard.length - mostOfOneCard + 1))) this.#sessions.delete(name);
    for (const name of this.#sessions.keys()) {
      if (this.#sessions.size < mostSessions) return;
      this.#sessions.delete(name);
    }
  }
}

async function proved<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw notAuthenticated(cause);
  }
}

function numberIn(path: string): string {
  return path.startsWith(`${administrationPath}/`) ? path.slice(administrationPath.length + 1) : '';
}

function lowered(headers: InnerPost['headers']): CardHeaders {
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

function notAuthenticated(cause?: unknown): HospitalError {
  return new HospitalError('card-not-authenticated', 'expected a session under the key that the card has now', {
    cause,
  });
}
