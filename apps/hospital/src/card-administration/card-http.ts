/** HTTP of GlobalPlatform's Amendment B (section 3.4) between a card that is known and the desk, whatever carries it. */
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import { issuerSecurityDomainAid } from '@vitalseal/uicc';
import {
  administrationHeaders,
  administrationProtocol,
  commandScriptMediaType,
  formatApplicationUri,
  type PskIdentity,
  parseAdministrationAgent,
  type ScriptStatus,
  scriptStatuses,
} from '@vitalseal/uicc/global-platform';
import { HospitalError } from '../errors.ts';
import type { Answer } from './card-administration.ts';
import type { ScriptResponse } from './take-response.ts';

export const administrationPath = '/card-administration';
const numberShape = /^[1-9]\d{0,14}$/;

/** Names in lower case. */
export type CardHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Headers are believed in nothing but what the key has proved. @throws HospitalError `malformed-request`; UiccError */
export function expectAgreement(headers: CardHeaders, { administrationId }: PskIdentity): void {
  const protocol = headers[administrationHeaders.protocol.toLowerCase()];
  const from = headers[administrationHeaders.from.toLowerCase()];
  const { card, application } = parseAdministrationAgent(typeof from === 'string' ? from : '');
  const agrees = card === administrationId && equalBytes(application, issuerSecurityDomainAid);
  if (protocol !== administrationProtocol || !agrees) {
    throw new HospitalError('malformed-request', 'expected the headers of remote administration, of this card');
  }
}

/** @param body undefined for a request without one @throws HospitalError `malformed-request` */
export function responseOf(headers: CardHeaders, body: Bytes | undefined, number: string): ScriptResponse {
  if (!numberShape.test(number)) throw new HospitalError('malformed-request', 'expected the number of a script');
  const stated = headers[administrationHeaders.scriptStatus.toLowerCase()];
  const status = scriptStatuses.find((known): known is ScriptStatus => known === stated);
  if (status === undefined || (status === 'ok' && body === undefined)) {
    throw new HospitalError('malformed-request', 'expected what became of the script');
  }
  return { number: Number(number), status, body: new Uint8Array(body ?? []) };
}

export interface CardAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Bytes;
}

export function cardAnswer({ script }: Answer): CardAnswer {
  const headers = { [administrationHeaders.protocol]: administrationProtocol };
  if (script === undefined) return { status: 204, headers, body: new Uint8Array() };
  const isForMha = !equalBytes(script.application, issuerSecurityDomainAid);
  return {
    status: 200,
    headers: {
      ...headers,
      [administrationHeaders.nextUri]: `${administrationPath}/${script.number}`,
      ...(isForMha && { [administrationHeaders.targetedApplication]: formatApplicationUri(script.application) }),
      'content-type': commandScriptMediaType,
    },
    body: new Uint8Array(script.commands),
  };
}
