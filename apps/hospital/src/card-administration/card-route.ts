/**
 * `POST /card-administration`: HTTP of GlobalPlatform's Amendment B (section 3.4). The card is who TLS says it is; its
 * headers must agree with that and are believed in nothing else. `X-Admin-Resume` says nothing here that the address of an
 * answer does not: whatever was cut goes on.
 */
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import { issuerSecurityDomainAid } from '@vitalseal/uicc';
import {
  administrationHeaders,
  administrationProtocol,
  commandScriptMediaType,
  formatApplicationUri,
  type PskIdentity,
  parseAdministrationAgent,
  responseScriptMediaType,
  type ScriptStatus,
  scriptStatuses,
} from '@vitalseal/uicc/global-platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AddressAllowance } from '../devices/address-allowance.ts';
import { HospitalError } from '../errors.ts';
import { codeOf } from '../refusal.ts';
import type { Answer, CardAdministration } from './card-administration.ts';
import type { PskDoor } from './psk-door.ts';
import type { ScriptResponse } from './take-response.ts';

export interface CardRouteOptions {
  readonly administration: CardAdministration;
  readonly door: PskDoor;
  /** Charged by each request that no card's key opened. */
  readonly strangers: AddressAllowance;
}

const path = '/card-administration';
/** A response script of the longest commands we send stays far under it. */
const bodyLimit = 65_536;
/** Whatever version it states. */
export const cardMediaTypes: readonly string[] = responseScriptMediaType.split(';').slice(0, 1);
const numberShape = /^[1-9]\d{0,14}$/;

export function cardRoute(server: FastifyInstance, { administration, door, strangers }: CardRouteOptions): void {
  const cardOf = (request: FastifyRequest, reply: FastifyReply): PskIdentity => {
    const { ip, raw } = request;
    const card = door.cardBehind(raw.socket);
    if (card !== undefined) {
      expectAgreement(request, card);
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
    return send(reply, answered);
  };

  server.post(path, { bodyLimit }, (request, reply) => answer(request, reply));
  server.post<{ Params: { number: string } }>(`${path}/:number`, { bodyLimit }, (request, reply) =>
    answer(request, reply, responseOf(request, request.params.number)),
  );
}

/** @throws HospitalError `malformed-request`; UiccError */
function expectAgreement({ headers }: FastifyRequest, { administrationId }: PskIdentity): void {
  const protocol = headers[administrationHeaders.protocol.toLowerCase()];
  const from = headers[administrationHeaders.from.toLowerCase()];
  const { card, application } = parseAdministrationAgent(typeof from === 'string' ? from : '');
  const agrees = card === administrationId && equalBytes(application, issuerSecurityDomainAid);
  if (protocol !== administrationProtocol || !agrees) {
    throw new HospitalError('malformed-request', 'expected the headers of remote administration, of this card');
  }
}

/** @throws HospitalError `malformed-request` */
function responseOf({ headers, body }: FastifyRequest, number: string): ScriptResponse {
  if (!numberShape.test(number)) throw new HospitalError('malformed-request', 'expected the number of a script');
  const stated = headers[administrationHeaders.scriptStatus.toLowerCase()];
  const status = scriptStatuses.find((known): known is ScriptStatus => known === stated);
  const answered = Buffer.isBuffer(body);
  if (status === undefined || (status === 'ok' && !answered)) {
    throw new HospitalError('malformed-request', 'expected what became of the script');
  }
  return { number: Number(number), status, body: new Uint8Array(answered ? (body as Bytes) : []) };
}

function send(reply: FastifyReply, { script }: Answer): FastifyReply {
  reply.header(administrationHeaders.protocol, administrationProtocol);
  if (script === undefined) return reply.code(204).send();
  reply.header(administrationHeaders.nextUri, `${path}/${script.number}`);
  if (!equalBytes(script.application, issuerSecurityDomainAid)) {
    reply.header(administrationHeaders.targetedApplication, formatApplicationUri(script.application));
  }
  return reply.type(commandScriptMediaType).send(Buffer.from(script.commands));
}
