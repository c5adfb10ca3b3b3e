/** `/sign-in`: the ceremonies of passkeys over HTTP, as JSON. Each attempt is charged to its address. */
import type { FastifyInstance } from 'fastify';
import type { AddressAllowance } from '../devices/address-allowance.ts';
import { HospitalError } from '../errors.ts';
import type { SignInDesk } from './sign-in-desk.ts';

const bodyLimit = 16_384;

export interface SignInRoutes {
  readonly desk: SignInDesk;
  readonly allowance: AddressAllowance;
}

/** JSON is taken here and nowhere else of the listener. */
export async function signInRoutes(server: FastifyInstance, routes: SignInRoutes): Promise<void> {
  await server.register(async (door) => {
    door.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    addRoutes(door, routes);
  });
}

function addRoutes(server: FastifyInstance, { desk, allowance }: SignInRoutes): void {
  server.get('/sign-in', async (_request, reply) => {
    return reply.header('cache-control', 'no-store').send(await desk.describe());
  });

  const post = (url: string, status: number, answer: (body: unknown) => Promise<unknown>): void => {
    server.post(url, { bodyLimit }, async (request, reply) => {
      if (!allowance.charge(request.ip)) {
        reply.header('retry-after', allowance.secondsUntilNext(request.ip));
        throw new HospitalError('rate-limited', 'expected fewer sign-ins from one address');
      }
      return reply
        .code(status)
        .header('cache-control', 'no-store')
        .send(await answer(parsed(request.body)));
    });
  };
  post('/sign-in/registration/options', 200, (body) => desk.registrationOptions(body));
  post('/sign-in/registration', 201, (body) => desk.register(body));
  post('/sign-in/options', 200, (body) => desk.signInOptions(body));
  post('/sign-in', 200, (body) => desk.signIn(body));
}

/** The listener takes bytes: what is JSON is said here. @throws HospitalError `malformed-request` */
function parsed(body: unknown): unknown {
  if (!Buffer.isBuffer(body)) throw malformed();
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw malformed(cause);
  }
}

function malformed(cause?: unknown): HospitalError {
  return new HospitalError('malformed-request', 'expected a request to sign in, in JSON', { cause });
}
