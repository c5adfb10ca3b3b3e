/** The card's answer to one script: what it says is kept with the script's end, in one transaction, once. */
import { CertificateError } from '@vitalseal/certifying-authority';
import type { ResponseApdu } from '@vitalseal/uicc';
import { UiccError } from '@vitalseal/uicc';
import { decodeCardStatus, type ScriptStatus, verifyCardReceipt } from '@vitalseal/uicc/global-platform';
import { cardChanged } from '../audit/card-acts.ts';
import type { Database } from '../store/batch-statement.ts';
import type { CardRow } from '../store/cards.ts';
import type { Store } from '../store/open-store.ts';
import type { Blob } from '../store/schema.ts';
import { keyReplaced } from './card-key.ts';
import { isPersonalisation, type Stage, stageAfter } from './personalisation.ts';
import { type Purpose, scripts } from './scripts.ts';
import { queueScript } from './upkeep.ts';
import { verdictOf } from './verdict.ts';

export interface ScriptResponse {
  /** Of the script that it answers. */
  readonly number: number;
  readonly status: ScriptStatus;
  readonly body: Blob;
}

export interface TakeResponseParts {
  readonly store: Store;
  readonly now: () => number;
}

/**
 * @returns how often the script has been put off, if the card has put it off
 * @throws UiccError for a response that is none
 */
export async function takeResponse(
  { store, now }: TakeResponseParts,
  { card, response }: { card: CardRow; response: ScriptResponse },
  db: Database,
): Promise<number | undefined> {
  const { cardScripts } = store;
  const script = await cardScripts.find(card.number, response.number, db);
  // Taken before, and its own answer was lost; or the store was put back from a copy that does not know of it any more.
  // The card goes on with what is due now: refused, it would come with this for ever.
  if (script === undefined || script.commands === null || script.sendings === 0) return undefined;
  const verdict = verdictOf(new Uint8Array(script.commands), response.status, response.body);
  if (verdict.kind === 'postponed') {
    const postponements = script.postponements + 1;
    await cardScripts.change(script.number, { state: 'queued', postponements, sendings: 1 }, db);
    return postponements;
  }
  const purpose = script.purpose as Purpose;
  const failure =
    verdict.kind === 'failed'
      ? verdict.failure
      : await refusalBy(() => keep({ store, now }, { card, purpose, ...verdict }, db));
  const state = failure === undefined ? 'done' : 'failed';
  const end = { state, failure: failure ?? null, finished_at: now(), responses: response.body, commands: null };
  await cardScripts.change(script.number, end, db);
  store.audit.append(db, cardChanged(card, purpose, failure));
  if (isPersonalisation(purpose)) await store.cards.change(card.number, { problem: failure ?? null }, db);
  if (purpose === 'terminate' && failure === undefined) await cardScripts.abandon(card.number, 'terminated', now(), db);
  return undefined;
}

/** Code of the reason why an answer was not believed. */
async function refusalBy(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof UiccError || error instanceof CertificateError) return error.code;
    throw error;
  }
}

async function keep(
  { store, now }: TakeResponseParts,
  { card, purpose, responses }: { card: CardRow; purpose: Purpose; responses: readonly ResponseApdu[] },
  db: Database,
): Promise<void> {
  const before = card.stage as Stage;
  const stage = isPersonalisation(purpose) || purpose === 'terminate' ? stageAfter(before, purpose) : before;
  const data = responses.at(-1)?.data ?? new Uint8Array();
  switch (purpose) {
    case 'replace-key':
      await keyReplaced(store, card, db);
      return;
    case 'bond':
      return store.cards.change(card.number, { stage }, db);
    case 'certificates':
      await store.cards.change(card.number, { stage }, db);
      // What it said of itself before it had them is of the past.
      return queueScript({ store, now }, { card, script: scripts.status() }, db);
    case 'generate-key':
      return store.cards.change(card.number, { stage, request: data }, db);
    case 'identify':
    case 'status':
    case 'lock':
    case 'unlock':
      expectStatusOf(card, data);
      return store.cards.change(card.number, { stage, status: data }, db);
    case 'terminate': {
      const status = responses[0]?.data ?? new Uint8Array();
      await expectReceiptOf(card, { status, receipt: data });
      const revocation = card.chain === null ? null : (card.revocation ?? 'due');
      return store.cards.change(card.number, { stage, status, receipt: data, revocation }, db);
    }
    default:
  }
}

/** The key of its receipts is the one that it named first: who answers later cannot bring another. */
function expectStatusOf(card: CardRow, data: Blob): Blob {
  const { administrationId, receiptKey } = decodeCardStatus(data);
  const before = card.status === null ? receiptKey : decodeCardStatus(new Uint8Array(card.status)).receiptKey;
  if (administrationId !== card.administration_id || !Buffer.from(before).equals(receiptKey)) {
    throw new UiccError('administration-malformed', 'expected the status of this card');
  }
  return receiptKey;
}

async function expectReceiptOf(card: CardRow, { status, receipt }: { status: Blob; receipt: Blob }): Promise<void> {
  const { administrationId } = await verifyCardReceipt(receipt, expectStatusOf(card, status));
  if (administrationId !== card.administration_id) {
    throw new UiccError('administration-malformed', 'expected the receipt of this card');
  }
}
