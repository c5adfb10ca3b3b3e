/**
 * What a patient's app posts for the card in it, on its own origin: the hop's handshake, records, the question which
 * release runs here, and the card's administration. The app carries sealed bytes, and is believed in nothing.
 */
import { type Bytes, cardSessionPath } from '@vitalseal/protocol';
import type { FastifyInstance } from 'fastify';
import { type AttestationRouteOptions, attestationRoute } from '../attestation/attestation-route.ts';
import type { CardSessions } from '../card-administration/card-sessions.ts';
import { type AcknowledgeOptions, acknowledgeRecords } from '../devices/acknowledge-records.ts';
import type { AddressAllowance } from '../devices/address-allowance.ts';
import type { HandshakeResponder } from '../handshake/handshake-responder.ts';
import { handshakeRoute } from '../listener/handshake-route.ts';
import { codeOf } from '../refusal.ts';

export interface PhoneRoutesOptions extends AcknowledgeOptions {
  readonly handshake: HandshakeResponder;
  /** Charged by each handshake message. */
  readonly handshakes: AddressAllowance;
  readonly attestation: AttestationRouteOptions;
  readonly cards: CardSessions;
}

/** A card's request fits one of its commands. */
const bodyLimit = 65_536;

export async function phoneRoutes(server: FastifyInstance, options: PhoneRoutesOptions): Promise<void> {
  const { strangers } = options;
  await server.register(
    async (phone) => {
      handshakeRoute(phone, { handshake: options.handshake, allowance: options.handshakes });
      attestationRoute(phone, options.attestation);
      phone.post('/records', { bodyLimit }, async (request, reply) => {
        const body = new Uint8Array(request.body as Bytes);
        const answer = await acknowledgeRecords(options, body, request.ip).catch((error: unknown) => {
          if (codeOf(error) === 'rate-limited') reply.header('retry-after', strangers.secondsUntilNext(request.ip));
          throw error;
        });
        reply.type('application/cbor').header('cache-control', 'no-store');
        return Buffer.from(answer);
      });
      phone.post(cardSessionPath, { bodyLimit }, async (request, reply) => {
        const isLimited = !strangers.hasSome(request.ip);
        const body = new Uint8Array(request.body as Bytes);
        const answer = await options.cards.answer(body, { isLimited }).catch((error: unknown) => {
          if (codeOf(error) === 'rate-limited') reply.header('retry-after', strangers.secondsUntilNext(request.ip));
          else strangers.charge(request.ip);
          throw error;
        });
        reply.type('application/cbor').header('cache-control', 'no-store');
        return Buffer.from(answer);
      });
    },
    { prefix: '/patient' },
  );
}
