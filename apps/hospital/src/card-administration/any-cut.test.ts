import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority, memoryStore } from '@vitalseal/certifying-authority';
import type { Identity } from '@vitalseal/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '../store/open-store.ts';
import { TestCard } from '../testing/test-card.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { type Answer, CardAdministration } from './card-administration.ts';
import { CardKeys } from './card-keys.ts';
import type { CardRegistrar } from './card-registrar.ts';
import { inviteCard } from './invite-card.ts';
import type { ScriptResponse } from './take-response.ts';

const hospital: Identity = { role: 'hospital', id: 'h1' };
let store: Store;
let dataDir: string;
let registrar: CardRegistrar;
let anchors: readonly Uint8Array<ArrayBuffer>[];
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-cuts-'));
  store = await openStore({ dataDir, wrappingKeys: testWrappingKeys });
  await store.patients.admit({ identity: 'p1', name: 'A', bed: '', policy: null, at: 1 });
  const authority = await Authority.init({ store: memoryStore(), now: clock });
  anchors = [authority.rootCertificate];
  registrar = {
    // The card's request names its patient; who vouches for it is another test's matter.
    async certify(csr, identity) {
      const { code } = await authority.invite({ identity });
      return [await authority.enrol(csr, { identity, code }), authority.issuingCertificate];
    },
    revoke: async () => undefined,
  };
});
afterAll(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

let passed = 0;
const clock = () => Date.now() + passed;
let list: { number: number; der: Uint8Array<ArrayBuffer> } | undefined;
const revocationList = () => list;

/** A card that does each script once, whatever comes again, as the real one does. */
class Talk {
  readonly #card: TestCard;
  readonly #keys: CardKeys;
  #administration: CardAdministration;
  readonly #done = new Map<number, ScriptResponse>();
  #last: Answer | undefined;

  constructor(card: TestCard, keys: CardKeys) {
    this.#card = card;
    this.#keys = keys;
    this.#administration = this.#started();
  }

  get ended(): boolean {
    return this.#last !== undefined && this.#last.script === undefined;
  }

  /** A new session, under the key that the card has now; what the hospital answers may be lost. */
  async ask({ heard }: { heard: boolean }): Promise<void> {
    this.#hear(await this.#administration.answer({ card: this.#name() }), heard);
  }

  async respond({ heard }: { heard: boolean }): Promise<void> {
    const script = this.#last?.script;
    if (script === undefined) return this.ask({ heard });
    const response = this.#done.get(script.number) ?? (await this.#do(script));
    this.#done.set(script.number, response);
    this.#hear(await this.#administration.answer({ card: this.#name(), response }), heard);
  }

  /** An old answer, once more. */
  async repeat(which: number): Promise<void> {
    const response = [...this.#done.values()][which % Math.max(1, this.#done.size)];
    if (response !== undefined) await this.#administration.answer({ card: this.#name(), response });
  }

  restart(): void {
    this.#administration = this.#started();
  }

  #started(): CardAdministration {
    return new CardAdministration({
      store,
      keys: this.#keys,
      hospital,
      anchors,
      registrar,
      revocationList,
      now: clock,
    });
  }

  #hear(answer: Answer, heard: boolean): void {
    if (heard) this.#last = answer;
  }

  #name() {
    const { administrationId, keyVersion } = this.#card;
    // As the handshake would: a key that the hospital does not know is nobody's.
    expect(this.#keys.keyOf({ administrationId, keyVersion })).toEqual(this.#card.psk);
    return { administrationId, keyVersion };
  }

  async #do({ number, application, commands }: NonNullable<Answer['script']>): Promise<ScriptResponse> {
    const target = application.length > 8 ? { 'x-admin-targeted-application': 'mha' } : {};
    const { body } = await this.#card.execute({ status: 200, headers: target, body: commands });
    return { number, status: 'ok', body: new Uint8Array(body ?? []) };
  }
}

const event = fc.oneof(
  fc.record({ kind: fc.constant('ask' as const), heard: fc.boolean() }),
  fc.record({ kind: fc.constant('respond' as const), heard: fc.boolean() }),
  fc.record({ kind: fc.constant('repeat' as const), which: fc.nat(9) }),
  fc.record({ kind: fc.constant('restart' as const) }),
);

test('whatever is cut, repeated or begun again, no script is lost and none is done twice', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (events) => {
      const invitation = { patient: 'p1', sensors: ['s1'], server: { host: 'localhost', port: 1 }, pollSeconds: 60 };
      const { administrationId, code } = await inviteCard(
        store,
        { ...invitation, policy: {}, validMs: 60_000 },
        clock(),
      );
      const keys = await CardKeys.load(store, clock);
      const card = await TestCard.activate(code, 'https://localhost');
      const talk = new Talk(card, keys);
      for (const each of events) {
        if (each.kind === 'ask') await talk.ask(each);
        if (each.kind === 'respond') await talk.respond(each);
        if (each.kind === 'repeat') await talk.repeat(each.which);
        if (each.kind === 'restart') talk.restart();
      }
      await talk.ask({ heard: true });
      while (!talk.ended) await talk.respond({ heard: true });
      const row = await store.cards.find(administrationId);
      expect(row).toMatchObject({ stage: 'in-service', problem: null, key_version: card.keyVersion, next_psk: null });
      const scripts = await store.cardScripts.ofCard(row?.number ?? -1, 50);
      expect(scripts.map(({ state }) => state)).toEqual(Array(6).fill('done'));
      expect(card.done).toHaveLength(7);
    }),
    { seed: 20_261_122, numRuns: 60 },
  );
});

test('a card in service is brought each newer revocation list, and a certificate before its own runs out', async () => {
  const invitation = { patient: 'p1', sensors: [], server: { host: 'localhost', port: 1 }, pollSeconds: 60 };
  const { administrationId, code } = await inviteCard(store, { ...invitation, policy: {}, validMs: 60_000 }, clock());
  const card = await TestCard.activate(code, 'https://localhost');
  const talk = new Talk(card, await CardKeys.load(store, clock));
  const session = async () => {
    await talk.ask({ heard: true });
    while (!talk.ended) await talk.respond({ heard: true });
    const row = await store.cards.find(administrationId);
    const scripts = await store.cardScripts.ofCard(row?.number ?? -1, 50);
    return { row, later: scripts.slice(0, -6).map(({ purpose, state }) => `${purpose} ${state}`) };
  };
  const { row: before } = await session();
  list = { number: 7, der: Uint8Array.of(0x30, 0) };
  expect(await session()).toMatchObject({ later: ['revocations done'], row: { list_number: 7 } });
  expect((await session()).later).toEqual(['revocations done']);
  list = { number: 8, der: Uint8Array.of(0x30, 0) };
  expect(await session()).toMatchObject({ later: ['revocations done'], row: { list_number: 8 } });
  passed = 340 * 86_400_000;
  const { row: after, later } = await session();
  expect([later, after?.problem]).toEqual([['renewal done', 'revocations done'], null]);
  expect(after?.chain).not.toBe(before?.chain);
  expect((await session()).later).toHaveLength(2);
});
