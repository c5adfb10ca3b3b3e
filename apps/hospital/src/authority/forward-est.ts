/**
 * EST and the revocation list through the hospital's own origin, so that a page enrols without a second origin or a
 * second certificate to trust. Only carried: what is asked and answered is proved end to end (code, CSR, fingerprint).
 */
import type { EstFetch } from '@vitalseal/certifying-authority';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AddressAllowance } from '../devices/address-allowance.ts';
import { HospitalError } from '../errors.ts';

const estOperations = ['cacerts', 'simpleenroll', 'simplereenroll'] as const;
const passedOn = ['content-type', 'content-transfer-encoding', 'www-authenticate', 'cache-control'] as const;
const patienceMs = 40_000;

export interface ForwardEstOptions {
  /** Origin of the authority. */
  readonly url: string;
  readonly fetch: EstFetch;
  readonly allowance: AddressAllowance;
}

export function forwardEst(server: FastifyInstance, { url, fetch, allowance }: ForwardEstOptions): void {
  const base = url.replace(/\/+$/, '');
  const closing = new AbortController();
  // Whoever waits for the next revocation list would keep the hospital from stopping for as long.
  server.addHook('preClose', async () => closing.abort());

  async function forward(request: FastifyRequest, reply: FastifyReply): Promise<Buffer> {
    if (!allowance.charge(request.ip)) {
      reply.header('retry-after', allowance.secondsUntilNext(request.ip));
      throw new HospitalError('rate-limited', 'expected fewer enrolments from one address');
    }
    const headers: Record<string, string> = {};
    for (const name of ['content-type', 'content-transfer-encoding', 'authorization']) {
      const value = request.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    const gone = new AbortController();
    // The answer's end, not the request's: a request is closed as soon as its body was read.
    reply.raw.on('close', () => gone.abort());
    const answer = await fetch(`${base}${request.url}`, {
      method: request.method,
      headers,
      ...(Buffer.isBuffer(request.body) ? { body: request.body.toString('latin1') } : {}),
      signal: AbortSignal.any([AbortSignal.timeout(patienceMs), gone.signal, closing.signal]),
    }).catch((cause: unknown) => {
      throw new HospitalError('authority-unreachable', 'expected the certifying authority to answer', { cause });
    });
    for (const name of passedOn) {
      const value = answer.headers.get(name);
      if (value !== null) reply.header(name, value);
    }
    reply.code(answer.status);
    return Buffer.from(await answer.arrayBuffer());
  }

  for (const operation of estOperations) {
    const method = operation === 'cacerts' ? 'GET' : 'POST';
    server.route({ method, url: `/.well-known/est/${operation}`, bodyLimit: 8192, handler: forward });
  }
  server.route({ method: 'GET', url: '/crl', handler: forward });
}
