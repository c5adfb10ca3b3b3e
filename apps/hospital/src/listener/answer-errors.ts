/** What a request that failed is told: a code, never a reason that helps a stranger, never a line of our own trouble. */
import type { FastifyInstance } from 'fastify';
import { codeOf } from '../refusal.ts';

const retryAfterSeconds = 2;

const statuses: { readonly [code: string]: number } = {
  'rate-limited': 429,
  'too-many-feeds': 503,
  'body-too-large': 413,
  'store-unavailable': 503,
  'keys-unavailable': 503,
  'authority-unreachable': 503,
  'channel-unknown': 401,
  'authentication-failed': 401,
  'not-permitted': 403,
  'passkeys-off': 409,
  'passkey-refused': 403,
  'passkey-cloned': 403,
  'role-not-served': 403,
  'invitation-refused': 403,
  'invitation-expired': 403,
  'invitation-used': 403,
  'not-admitted': 403,
  'no-staff-registration': 503,
  'authority-unknown': 503,
  'not-attestable': 404,
  'card-not-authenticated': 401,
  'unknown-card': 401,
  'card-busy': 503,
};

/** Fastify's own refusals, by its codes. */
const fastifyCodes: { readonly [code: string]: string } = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
};

export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  /** Whole seconds after which it is worth asking again. */
  readonly retryAfter?: number;
}

/** What to answer to whatever was thrown; a fault of ours is told to `onFault`, and nobody else. */
export function errorAnswer(error: unknown, onFault: (error: unknown) => void): ErrorAnswer {
  const known = codeOf(error);
  if (known !== undefined) {
    const status = statuses[known] ?? 400;
    return { status, code: known, ...(status === 503 && { retryAfter: retryAfterSeconds }) };
  }
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return { status: statusCode, code: fastifyCodes[String(code)] ?? 'malformed-request' };
  }
  // Nothing was acknowledged, so the peer keeps what it has and comes again.
  onFault(error);
  return { status: 503, code: 'store-unavailable', retryAfter: retryAfterSeconds };
}

export function answerErrors(server: FastifyInstance): void {
  server.setErrorHandler((error, request, reply) => {
    const answer = errorAnswer(error, (fault) => request.log.error({ failure: failureOf(fault) }, 'request failed'));
    if (answer.retryAfter !== undefined) reply.header('retry-after', answer.retryAfter);
    return reply.code(answer.status).send({ code: answer.code });
  });
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ code: 'malformed-request' }));
}

/** Name and code of an error. Its text may quote a row, so it stays out of the log. */
export function failureOf(error: unknown): { name: string; code?: string; errcode?: number; cause?: unknown } {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return {
    name: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof errcode === 'number' ? { errcode } : {}),
    ...(error.cause === undefined ? {} : { cause: failureOf(error.cause) }),
  };
}
