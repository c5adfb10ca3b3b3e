/** `POST /edhoc`: EDHOC's forward flow over HTTP, as RFC 9528 appendix A.2 carries it over CoAP. */
import { type Bytes, handshakeMediaType } from '@vitalseal/protocol';
import type { FastifyInstance } from 'fastify';
import type { AddressAllowance } from '../devices/address-allowance.ts';
import { HospitalError } from '../errors.ts';
import type { HandshakeResponder } from '../handshake/handshake-responder.ts';

/** message_3 with a chain of three certificates by value stays under 8 KiB. */
const bodyLimit = 16_384;

const refusedStatus: { readonly [code: string]: number } = {
  'not-admitted': 403,
  'role-refused': 403,
  revoked: 403,
  'certificate-revoked': 403,
};

export function handshakeRoute(
  server: FastifyInstance,
  { handshake, allowance }: { handshake: HandshakeResponder; allowance: AddressAllowance },
): void {
  server.post('/edhoc', { bodyLimit }, async (request, reply) => {
    if (!allowance.charge(request.ip)) {
      reply.header('retry-after', allowance.secondsUntilNext(request.ip));
      throw new HospitalError('rate-limited', 'expected fewer handshakes from one address');
    }
    const answer = await handshake.answer(new Uint8Array(request.body as Bytes));
    reply.type(handshakeMediaType.response);
    if (answer.kind === 'refused') {
      request.log.warn({ code: answer.code }, 'handshake refused');
      reply.code(refusedStatus[answer.code] ?? 400);
    }
    return Buffer.from(answer.body);
  });
}
