// One administration session (Amendment B section 3.4): ask, do the script that comes, answer and so ask again, until
// the hospital has nothing more. A session that was cut goes on where it was, at the address its last answer named.

import { noBytes } from '@vitalseal/protocol';
import { issuerSecurityDomainAid } from '@vitalseal/uicc';
import {
  administrationHeaders,
  administrationProtocol,
  formatAdministrationAgent,
  responseScriptMediaType,
} from '@vitalseal/uicc/global-platform';
import { NotTaken } from '../delivery/delivery-failure.ts';
import { retryAfterOf } from '../delivery/retry-after.ts';
import { SecureElementError } from '../errors.ts';
import { Transaction } from '../storage/transaction.ts';
import type { AdministrationConnection, AdministrationPost, CarriedAdministration } from './administration-carrier.ts';
import { isSameScript, receivedScript } from './received-script.ts';
import { forgetScript, loadScript, type ScriptRecord, saveReceived } from './script-record.ts';
import type { ScriptAnswer, ScriptRunner } from './script-runner.ts';
import type { SecurityDomain } from './security-domain.ts';

export const administrationPath = '/card-administration';
/** More in one session is a hospital that does not come to an end. */
const mostRequests = 64;

export interface AdministrationSessionOptions {
  readonly domain: SecurityDomain;
  readonly runner: ScriptRunner;
  readonly connection: AdministrationConnection;
  readonly signal: AbortSignal;
  /** Around work that needs nothing from the terminal. */
  readonly during: <T>(work: Promise<T>) => Promise<T>;
}

/** @throws SecureElementError; whatever is done by then is kept */
export async function administrationSession(options: AdministrationSessionOptions): Promise<void> {
  const { domain, connection, signal } = options;
  let record = await loadScript(domain.storage);
  let resumed = record !== undefined;
  for (let requests = 0; requests < mostRequests; requests++) {
    const request = record ? await answering(options, record) : asking(options);
    // The last script of a session may want no answer.
    const answer = request && (await connection.post(withResume(request, resumed), signal));
    resumed = false;
    if (record && (!answer || isOver(answer))) await finished(domain);
    if (!answer || answer.status === 204) return;
    if (record && isUnknownPath(answer)) record = undefined;
    else record = await take(domain, expectScript(answer), record);
  }
  throw new SecureElementError('hospital-refused', 'expected an administration session that ends');
}

function asking(options: AdministrationSessionOptions): AdministrationPost {
  return { path: administrationPath, headers: who(options.domain), body: noBytes };
}

/** Does what is left of the script first. @returns undefined where no answer is wanted */
async function answering(
  { domain, runner, during }: AdministrationSessionOptions,
  record: ScriptRecord,
): Promise<AdministrationPost | undefined> {
  const { status, body }: ScriptAnswer = await during(runner.run(record));
  if (record.nextUri === undefined) return undefined;
  return {
    path: record.nextUri,
    headers: {
      ...who(domain),
      [administrationHeaders.scriptStatus]: status,
      ...(body && { 'Content-Type': responseScriptMediaType }),
    },
    body: body ?? noBytes,
  };
}

/** Durable before its first command is done. A script that comes again is answered as it was, and not done again. */
async function take(
  domain: SecurityDomain,
  answer: CarriedAdministration,
  known: ScriptRecord | undefined,
): Promise<ScriptRecord | undefined> {
  const received = receivedScript(answer);
  if (known && isSameScript(known, received)) return await loadScript(domain.storage);
  const along = new Transaction();
  saveReceived(along, received);
  await domain.change({ scripts: domain.state.scripts + (known ? 1 : 0) }, along);
  return { ...received, responses: [], begun: false, ended: false };
}

async function finished(domain: SecurityDomain): Promise<void> {
  const along = new Transaction();
  forgetScript(along);
  await domain.change({ scripts: domain.state.scripts + 1 }, along);
}

/** The hospital has the answer, or will never want it: it has lost what it asked, or took it back. */
function isOver(answer: CarriedAdministration): boolean {
  return answer.status === 204 || isUnknownPath(answer);
}

function isUnknownPath({ status }: CarriedAdministration): boolean {
  return status === 404 || status === 410;
}

function who({ state }: SecurityDomain): Record<string, string> {
  const agent = { card: state.administrationId ?? '', application: issuerSecurityDomainAid };
  return {
    [administrationHeaders.protocol]: administrationProtocol,
    [administrationHeaders.from]: formatAdministrationAgent(agent),
  };
}

function withResume(request: AdministrationPost, resumed: boolean): AdministrationPost {
  if (!resumed) return request;
  return { ...request, headers: { ...request.headers, [administrationHeaders.resume]: 'true' } };
}

function expectScript({ status, headers, body }: CarriedAdministration): CarriedAdministration {
  if (status === 200) return { status, headers, body };
  throw new NotTaken({ status, body, retryAfterMs: retryAfterOf(headers['retry-after']) });
}
