// What a page carries between a card and the hospital that administers it: the two messages of the handshake, then each
// request and its answer under a counter of its own. Inside is HTTP as Amendment B has it, which over TLS would be TLS's.

import type { Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { bytes, integer, list, text } from '../wire/field.ts';
import { codec, record, union } from '../wire/record.ts';
import { type NoiseTransport, noiseMessageLength, noiseNonce } from './noise-nnpsk0.ts';

/** Under the page's own origin. */
export const cardSessionPath = '/card-session';
export const cardSessionMediaType = 'application/cbor';
/** A page's request to a card and back has to fit one command. */
export const longestCardSessionBody = 0xff00;
const prologueText = new TextEncoder();

/** @param identity how TLS would have named the card and the version of its key */
export function cardSessionPrologue(identity: string): Bytes {
  return prologueText.encode(`vitalseal card session v1 ${identity}`);
}

export type CardSessionRequest =
  | { readonly type: 'open'; readonly identity: string; readonly message1: Bytes }
  /** @property session the first 8 bytes of the handshake's hash */
  | { readonly type: 'post'; readonly session: Bytes; readonly counter: number; readonly sealed: Bytes };

/** The answers are message 2 alone, and the sealed answer alone. */
export const cardSessionRequest = codec(
  union<CardSessionRequest>('a request of a card', {
    open: { identity: text('an identity', 128), message1: bytes('message 1', noiseMessageLength, noiseMessageLength) },
    post: {
      session: bytes('a session', 8, 8),
      counter: integer('a counter', 0, 0xffff_ffff),
      sealed: bytes('a sealed request', 16, longestCardSessionBody),
    },
  }),
  longestCardSessionBody,
);

export type Headers = readonly (readonly [name: string, value: string])[];

export interface InnerPost {
  readonly path: string;
  readonly headers: Headers;
  readonly body: Bytes;
}

export interface InnerAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Bytes;
}

interface Header {
  readonly name: string;
  readonly value: string;
}

const headers = list(
  'headers',
  record<Header>('a header', { name: text('a name', 64), value: text('a value', 512) }),
  0,
  16,
);
const body = bytes('a body', 0, longestCardSessionBody);
const innerPost = codec(
  record<{ path: string; headers: readonly Header[]; body: Bytes }>('a request', {
    path: text('a path', 256),
    headers,
    body,
  }),
  longestCardSessionBody - 128,
);
const innerAnswer = codec(
  record<{ status: number; headers: readonly Header[]; body: Bytes }>('an answer', {
    status: integer('a status', 100, 599),
    headers,
    body,
  }),
  longestCardSessionBody - 128,
);

/** The number of a session: nobody chooses it. */
export function cardSessionName({ hash }: NoiseTransport): Bytes {
  return hash.slice(0, 8);
}

export async function sealCardPost({ toResponder }: NoiseTransport, counter: number, post: InnerPost): Promise<Bytes> {
  return await toResponder.seal(
    noiseNonce(counter),
    noAad,
    innerPost.encode({ ...post, headers: named(post.headers) }),
  );
}

/** @throws ProtocolError `authentication-failed`, or of a request that is none */
export async function openCardPost(
  { toResponder }: NoiseTransport,
  counter: number,
  sealed: Bytes,
): Promise<InnerPost> {
  const post = innerPost.decode(await toResponder.open(noiseNonce(counter), noAad, sealed));
  return { ...post, headers: paired(post.headers) };
}

export async function sealCardAnswer(
  { toInitiator }: NoiseTransport,
  counter: number,
  answer: InnerAnswer,
): Promise<Bytes> {
  const encoded = innerAnswer.encode({ ...answer, headers: named(answer.headers) });
  return await toInitiator.seal(noiseNonce(counter), noAad, encoded);
}

/** @throws ProtocolError `authentication-failed`, or of an answer that is none */
export async function openCardAnswer(
  { toInitiator }: NoiseTransport,
  counter: number,
  sealed: Bytes,
): Promise<InnerAnswer> {
  if (sealed.length > longestCardSessionBody) throw new ProtocolError('message-too-large', 'expected a shorter answer');
  const answer = innerAnswer.decode(await toInitiator.open(noiseNonce(counter), noAad, sealed));
  return { ...answer, headers: paired(answer.headers) };
}

const noAad: Bytes = new Uint8Array(0);

function named(pairs: Headers): Header[] {
  return pairs.map(([name, value]) => ({ name, value }));
}

function paired(all: readonly Header[]): [string, string][] {
  return all.map(({ name, value }) => [name, value]);
}
