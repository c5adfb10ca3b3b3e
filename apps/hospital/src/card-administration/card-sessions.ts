/**
 * Administration of cards that a page carries for: the sessions under the cards' keys (the protocol's `card-session`). As
 * over TLS, who the card is was proved by its key; a session is this process's own, and whoever has lost it opens another.
 * A first message proves no more than that a card once made it: what was opened with it makes room for nothing that the
 * card's own request has proved.
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
import { FirstMessages } from './first-messages.ts';
import type { KeyOf } from './psk-door.ts';
import { SessionRoom } from './session-room.ts';

export interface CardSessionsOptions {
  readonly administration: Pick<CardAdministration, 'answer'>;
  readonly keyOf: KeyOf;
  /** Takes over the cards that another process has invited. */
  readonly refresh: () => Promise<void>;
  readonly onProblem: (error: unknown) => void;
}

interface Session {
  readonly transport: NoiseTransport;
  card: PskIdentity;
  next: number;
}

/** Each costs memory alone, and a card has one at a time: more are what was lost, or copies. */
const ofOneCard = 4;

export class CardSessions {
  readonly #options: CardSessionsOptions;
  /** Whether the card or a copy of its first message opened them, nobody knows yet. */
  readonly #unproven = new SessionRoom<Session>({ ofOneCard, inAll: 4096 });
  /** With a request under their keys. */
  readonly #proven = new SessionRoom<Session>({ ofOneCard, inAll: 65_536 });
  readonly #firstMessages = new FirstMessages();

  constructor(options: CardSessionsOptions) {
    this.#options = options;
  }

  /**
   * @param isLimited whether the sender's address has used up what strangers may ask: then only a card that may be ours is heard
   * @throws HospitalError `card-not-authenticated`, `rate-limited` @throws ProtocolError for a request that is none
   */
  async answer(body: Blob, { isLimited }: { isLimited: boolean }): Promise<Blob> {
    const request = this.#read(body, isLimited);
    return request.type === 'open' ? await this.#open(request) : await this.#post(request);
  }

  #read(body: Blob, isLimited: boolean): CardSessionRequest {
    if (!isLimited) return cardSessionRequest.decode(body);
    const request = decoded(body);
    if (request && this.#mayBeOurs(request)) return request;
    throw new HospitalError('rate-limited', 'expected fewer requests of strangers');
  }

  /** As with records: whoever names what is known here alone is no stranger, whatever others behind its address do. */
  #mayBeOurs(request: CardSessionRequest): boolean {
    if (request.type === 'post') return this.#find(bytesToHex(request.session)) !== undefined;
    const card = decodePskIdentity(request.identity);
    return card !== undefined && this.#options.keyOf(card) !== undefined;
  }

  async #open({ identity, message1 }: CardSessionRequest & { type: 'open' }): Promise<Blob> {
    const card = decodePskIdentity(identity);
    const psk = card && (await this.#keyOf(card));
    if (!card || !psk) throw notAuthenticated();
    const prologue = cardSessionPrologue(identity);
    const isCopy = () => this.#firstMessages.has(card.administrationId, message1);
    if (isCopy()) throw notAuthenticated();
    const { message2, ...transport } = await proved(noiseResponder(new Uint8Array(psk), prologue, message1));
    // It may have come twice at once.
    if (isCopy()) throw notAuthenticated();
    this.#firstMessages.add(card.administrationId, message1);
    this.#unproven.add(bytesToHex(cardSessionName(transport)), { transport, card, next: 0 });
    return message2;
  }

  /** Perhaps invited a moment ago, by another process. */
  async #keyOf(card: PskIdentity): Promise<Uint8Array | undefined> {
    const { keyOf, refresh } = this.#options;
    if (keyOf(card) === undefined) await refresh();
    return keyOf(card);
  }

  async #post({ session: nameBytes, counter, sealed }: CardSessionRequest & { type: 'post' }): Promise<Blob> {
    const name = bytesToHex(nameBytes);
    const session = this.#find(name);
    if (session === undefined) throw notAuthenticated();
    const post = await proved(openCardPost(session.transport, counter, sealed));
    // What comes once more is answered by nobody: whoever lost an answer opens another session.
    if (counter !== session.next) throw notAuthenticated();
    session.next += 1;
    if (this.#proven.get(name) === undefined) {
      this.#unproven.delete(name);
      this.#proven.add(name, session);
    }
    const { status, headers, body } = await this.#answer(session, post);
    const answer: InnerAnswer = { status, headers: Object.entries(headers), body };
    return await sealCardAnswer(session.transport, counter, answer);
  }

  #find(name: string): Session | undefined {
    return this.#proven.get(name) ?? this.#unproven.get(name);
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
}

function decoded(body: Blob): CardSessionRequest | undefined {
  try {
    return cardSessionRequest.decode(body);
  } catch {
    return undefined;
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
