/** `POST /attestation`, on both listeners: which release runs here? Asked with a nonce, for a channel. */
import { attestationMediaType, attestationPath } from '@vitalseal/certifying-authority';
import type { Bytes } from '@vitalseal/protocol';
import type { FastifyInstance } from 'fastify';
import type { AddressAllowance } from '../devices/address-allowance.ts';
import { HospitalError } from '../errors.ts';
import type { AttestationDesk } from './attestation-desk.ts';

const bodyLimit = 128;

export interface AttestationRouteOptions {
  readonly desk: Pick<AttestationDesk, 'answer'>;
  /** Charged by each question: it costs the TPM as much as a handshake does. */
  readonly allowance: AddressAllowance;
}

export function attestationRoute(server: FastifyInstance, { desk, allowance }: AttestationRouteOptions): void {
  if (!server.hasContentTypeParser(attestationMediaType)) {
    server.addContentTypeParser(attestationMediaType, { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
  }
  server.post(attestationPath, { bodyLimit }, async (request, reply) => {
    if (!allowance.charge(request.ip)) {
      reply.header('retry-after', allowance.secondsUntilNext(request.ip));
      throw new HospitalError('rate-limited', 'expected fewer questions from one address');
    }
    const evidence = await desk.answer(new Uint8Array(request.body as Bytes)).catch(notAttestable);
    // No error: a browser would report one in its console for a page that has done nothing wrong.
    if (evidence === undefined) return reply.code(204).send();
    reply.type(attestationMediaType).header('cache-control', 'no-store');
    return Buffer.from(evidence);
  });
}

function notAttestable(error: unknown): undefined {
  if (!(error instanceof HospitalError && error.code === 'not-attestable')) throw error;
}
