/**
 * The remote administration server of GlobalPlatform (Card Specification, Amendment B): a card asks, is given the script
 * that waits for it, answers it and so asks again, until nothing waits. What is due next is decided from the store at
 * each question: whatever was cut goes on where it was, on this process or the next one, and whatever another process has
 * queued goes out.
 *
 * A script is bound to its answer by its number, in the address the answer goes to: an answer that comes twice is taken
 * once, and never for that of the next script.
 */
import type { PskIdentity } from '@vitalseal/uicc/global-platform';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import type { CardScriptRow } from '../store/card-scripts.ts';
import type { CardRow } from '../store/cards.ts';
import type { Blob } from '../store/schema.ts';
import { keyOfVersion, keyReplaced } from './card-key.ts';
import type { CardKeys } from './card-keys.ts';
import { type CertifyParts, certifyCard } from './certify-card.ts';
import { chooseScript } from './choose-script.ts';
import { isPersonalisation, nextStep, type Stage } from './personalisation.ts';
import { type PersonalisationParts, personalisationScript } from './personalisation-script.ts';
import { type ScriptResponse, takeResponse } from './take-response.ts';
import { queueScript, queueUpkeep, type UpkeepParts } from './upkeep.ts';

export interface AdministrationOptions extends PersonalisationParts, CertifyParts, UpkeepParts {
  readonly keys: CardKeys;
}

export interface Question {
  readonly card: PskIdentity;
  readonly response?: ScriptResponse | undefined;
}

export interface SentScript {
  readonly number: number;
  readonly application: Blob;
  readonly commands: Blob;
}

export interface Answer {
  /** Undefined: nothing waits. */
  readonly script: SentScript | undefined;
  /** The key that the card has by now: its session goes on under it. */
  readonly keyVersion: number;
}

/**
 * A script that was sent this often and never answered is one that the card cannot do. Not so an urgent one: a thief would
 * only have to cut the answers until the hospital gave up to lock the card, or to end it.
 */
const mostSendings = 50;
/** A step of the personalisation that failed this often is left for a person to look at. */
const mostFailures = 5;

export class CardAdministration {
  readonly #options: AdministrationOptions;
  readonly #busy = new Set<string>();

  constructor(options: AdministrationOptions) {
    this.#options = options;
  }

  /** @throws HospitalError; UiccError for a response that is none */
  async answer(question: Question): Promise<Answer> {
    const { administrationId } = question.card;
    // Its link was cut while its last question is still being answered: it will come again.
    if (this.#busy.has(administrationId)) {
      throw new HospitalError('card-busy', 'expected one question of a card at a time');
    }
    this.#busy.add(administrationId);
    try {
      return await this.#answer(question);
    } finally {
      this.#busy.delete(administrationId);
    }
  }

  async #answer({ card: identity, response }: Question): Promise<Answer> {
    const { keys } = this.#options;
    const postponed = await this.#write(identity, async (found, db) => {
      const card = await this.#underItsKey(found, identity, db);
      return response === undefined ? undefined : takeResponse(this.#options, { card, response }, db);
    });
    await certifyCard(this.#options, identity.administrationId);
    const { script, card } = await this.#write(identity, async (before, db) => ({
      script: await this.#next(before, postponed, db),
      card: (await this.#options.store.cards.find(identity.administrationId, db)) ?? before,
    }));
    // Before the card has its next key, or it could come with it and find nobody who knows it.
    keys.take(card);
    return { script, keyVersion: card.key_version };
  }

  /** One transaction on the card. */
  async #write<Result>(
    { administrationId }: PskIdentity,
    work: (card: CardRow, db: Database) => Promise<Result> | Result,
  ): Promise<Result> {
    const { store, now } = this.#options;
    return store.transaction(async (db) => {
      const found = await store.cards.find(administrationId, db);
      if (found === undefined) throw new HospitalError('unknown-card', 'expected a card of this hospital');
      await store.cards.change(found.number, { seen_at: now() }, db);
      return work(found, db);
    });
  }

  /**
   * Who comes with its next key has it, even if the answer that said so was lost. A connection lasts longer than the key
   * it was made under: whoever else has that key is not the card any more.
   */
  async #underItsKey(card: CardRow, { keyVersion }: PskIdentity, db: Database): Promise<CardRow> {
    const { store, now } = this.#options;
    if (keyOfVersion(card, keyVersion, now()) === undefined) {
      throw new HospitalError('card-not-authenticated', 'expected TLS under the key that the card has now');
    }
    return card.next_key_version === keyVersion ? keyReplaced(store, card, db) : card;
  }

  async #next(card: CardRow, postponed: number | undefined, db: Database): Promise<SentScript | undefined> {
    const { cardScripts } = this.#options.store;
    await this.#queueStep(card, db);
    await queueUpkeep(this.#options, card, db);
    const open = await this.#answerable(await cardScripts.open(card.number, db), db);
    const chosen = chooseScript(open, postponed);
    for (const script of open) {
      if (script.state === 'sent' && script !== chosen)
        await cardScripts.change(script.number, { state: 'queued' }, db);
    }
    return chosen === undefined ? undefined : this.#send(chosen, db);
  }

  /** The next step of the personalisation waits like any other script. */
  async #queueStep(card: CardRow, db: Database): Promise<void> {
    const { store, now } = this.#options;
    const { cardScripts } = store;
    const step = nextStep(card.stage as Stage);
    const open = await cardScripts.open(card.number, db);
    for (const { number, purpose } of open) {
      // Gone by another way: the card came with its new key, and the answer that said so was lost.
      const behind = isPersonalisation(purpose) && (step.do !== 'send' || step.purpose !== purpose);
      if (behind) await cardScripts.change(number, { state: 'done', finished_at: now(), commands: null }, db);
    }
    if (step.do !== 'send') return;
    if (open.some(({ purpose }) => purpose === step.purpose)) return;
    if ((await cardScripts.failures(card.number, step.purpose, db)) >= mostFailures) return;
    const script = await personalisationScript(this.#options, { card, purpose: step.purpose }, db);
    await queueScript(this.#options, { card, script }, db);
  }

  /** Without those that were sent too often. */
  async #answerable(open: readonly CardScriptRow[], db: Database): Promise<readonly CardScriptRow[]> {
    const { store, now } = this.#options;
    const left: CardScriptRow[] = [];
    for (const script of open) {
      if (script.urgent === 1 || script.sendings < mostSendings) left.push(script);
      else {
        const end = { state: 'failed', failure: 'unanswered', finished_at: now(), commands: null };
        await store.cardScripts.change(script.number, end, db);
      }
    }
    return left;
  }

  async #send({ number, application, commands, sendings }: CardScriptRow, db: Database): Promise<SentScript> {
    const { store, now } = this.#options;
    await store.cardScripts.change(number, { state: 'sent', sent_at: now(), sendings: sendings + 1 }, db);
    return { number, application: new Uint8Array(application), commands: new Uint8Array(commands ?? []) };
  }
}
