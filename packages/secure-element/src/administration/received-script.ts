// What the hospital answers a POST with (Amendment B section 3.4): a script for one of the card's applications and where
// its answer goes, or nothing more. Whoever has the key may be broken into: its bytes are read as anybody's.

import { type Bytes, equalBytes } from '@vitalseal/protocol';
import { issuerSecurityDomainAid, UiccError } from '@vitalseal/uicc';
import {
  administrationHeaders,
  type CommandScript,
  commandScriptMediaType,
  decodeCommandScript,
  parseApplicationUri,
} from '@vitalseal/uicc/global-platform';
import { SecureElementError } from '../errors.ts';
import type { CarriedAdministration } from './administration-carrier.ts';
import type { ReceivedScript } from './script-record.ts';

const longestScript = 1 << 16;
const mostCommands = 64;
const uriShape = /^\/[\x21-\x7e]{0,255}$/;

/** @returns undefined at the end of the session @throws SecureElementError `answer-malformed` */
export function receivedScript({ headers, body }: CarriedAdministration): ReceivedScript {
  const nextUri = headers[administrationHeaders.nextUri.toLowerCase()];
  const application = headers[administrationHeaders.targetedApplication.toLowerCase()];
  if (headers['content-type']?.replaceAll(' ', '') !== commandScriptMediaType) throw malformed('a command script');
  if (nextUri !== undefined && !uriShape.test(nextUri)) throw malformed('a path for the next request');
  if (body.length > longestScript) throw malformed('a shorter script');
  return { nextUri, target: targetOf(application), bytes: body };
}

/** @returns undefined for bytes that are no script */
export function commandsOf(bytes: Bytes): CommandScript | undefined {
  try {
    const script = decodeCommandScript(bytes);
    return script.commands.length > 0 && script.commands.length <= mostCommands ? script : undefined;
  } catch (error) {
    if (error instanceof UiccError) return undefined;
    throw error;
  }
}

/** The same script once more: its answer was lost. */
export function isSameScript(known: ReceivedScript, received: ReceivedScript): boolean {
  return (
    known.nextUri === received.nextUri &&
    equalBytes(known.target, received.target) &&
    equalBytes(known.bytes, received.bytes)
  );
}

function targetOf(application: string | undefined): Bytes {
  if (application === undefined) return issuerSecurityDomainAid;
  try {
    return parseApplicationUri(application);
  } catch (cause) {
    throw malformed('the name of an application', cause);
  }
}

function malformed(expected: string, cause?: unknown): SecureElementError {
  return new SecureElementError('answer-malformed', `expected ${expected}`, { cause });
}
