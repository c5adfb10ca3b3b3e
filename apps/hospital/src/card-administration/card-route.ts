/**
 * `POST /card-administration`: HTTP of GlobalPlatform's Amendment B (section 3.4). The card is who TLS says it is; its
 * headers must agree with that and are believed in nothing else. `X-Admin-Resume` says nothing here that the address of an
 * answer does not: whatever was cut goes on.
 */
import type { Bytes } from '@vitalseal/protocol';
import { type PskIdentity, responseScriptMediaType } from '@vitalseal/uicc/global-platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AddressAllowance } from '../devices/address-allowance.ts';
import { HospitalError } from '../errors.ts';
import { codeOf } from '../refusal.ts';
import type { CardAdministration } from './card-administration.ts';
import { administrationPath, cardAnswer, expectAgreement, responseOf } from './card-http.ts';
import type { PskDoor } from './psk-door.ts';
import type { ScriptResponse } from './take-response.ts';

export interface CardRouteOptions {
  readonly administration: CardAdministration;
  readonly door: PskDoor;
  /** Charged by each request that no card's key opened. */
  readonly strangers: AddressAllowance;
}

/** A response script of the longest commands we send stays far under it. */
const bodyLimit = 65_536;
/** Whatever version it states. */
export const cardMediaTypes: readonly string[] = responseScriptMediaType.split(';').slice(0, 1);

export function cardRoute(server: FastifyInstance, { administration, door, strangers }: CardRouteOptions): void {
  const cardOf = (request: FastifyRequest, reply: FastifyReply): PskIdentity => {
    const { ip, raw, headers } = request;
    const card = door.cardBehind(raw.socket);
    if (card !== undefined) {
      expectAgreement(headers, card);
      return card;
    }
    if (strangers.charge(ip)) {
      throw new HospitalError('card-not-authenticated', 'expected TLS under the pre-shared key of a card');
    }
    reply.header('retry-after', strangers.secondsUntilNext(ip));
    throw new HospitalError('rate-limited', 'expected fewer requests of strangers');
  };

  const answer = async (request: FastifyRequest, reply: FastifyReply, response?: ScriptResponse) => {
    const card = cardOf(request, reply);
    const answered = await administration.answer({ card, response }).catch((error: unknown) => {
      // The key it was made under has ended, and so does the connection: the card comes anew, under the key it has.
      if (codeOf(error) === 'card-not-authenticated') reply.header('connection', 'close');
      throw error;
    });
    door.keyReplaced(request.raw.socket, answered.keyVersion);
    const { status, headers, body } = cardAnswer(answered);
    reply.code(status).headers(headers);
    return status === 204 ? reply.send() : reply.send(Buffer.from(body));
  };

  server.post(administrationPath, { bodyLimit }, (request, reply) => answer(request, reply));
  server.post<{ Params: { number: string } }>(`${administrationPath}/:number`, { bodyLimit }, (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? (request.body as Bytes) : undefined;
    return answer(request, reply, responseOf(request.headers, body, request.params.number));
  });
}
