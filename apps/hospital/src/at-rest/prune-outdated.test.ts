import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../store/open-store.ts';
import type { SessionRow } from '../store/sessions.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { prunedAfterMs, pruneOutdated, scriptsPrunedAfterMs } from './prune-outdated.ts';

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

const day = 86_400_000;
const start = 1_700_000_000_000;
const house = 'urn:vitalseal:doctor:house';
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

describe.each([
  ['SQLite', async () => undefined],
  ['PostgreSQL', () => postgresql.createDatabase()],
])('what is outdated on %s', (_name, makeDatabase) => {
  let dataDir: string;
  let store: Store;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-prune-'));
    const databaseUrl = await makeDatabase();
    store = await openStore({ dataDir, databaseUrl, wrappingKeys: testWrappingKeys });
    await store.people.register({ identity: house, role: 'doctor', name: 'H', tier: 1, on_call: 1 });
  });
  afterEach(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true });
  });

  const session = (id: string, change: Partial<SessionRow>) =>
    store.sessions.open({
      id,
      person: house,
      serial: `0${id}`,
      method: 'passkey',
      passkey: 'k',
      certificate: bytes('certificate'),
      certified_until: start + day / 2,
      opened_at: start,
      expires_at: start + day / 2,
      active_at: start,
      verified_at: start,
      locked_at: null,
      ended_at: null,
      ending: null,
      revocation: null,
      ...change,
    });
  const invitation = (token: string, invitedAt: number) =>
    store.invitations.add({
      token_hash: token,
      person: house,
      invited_at: invitedAt,
      expires_at: invitedAt + day,
      used_at: null,
      withdrawn_at: null,
    });
  const card = async (id: string, change: { stage?: string; seen_at?: number | null; expires_at?: number }) => {
    await store.cards.add({
      administration_id: id,
      patient: 'p1',
      stage: 'invited',
      key_version: 1,
      psk: bytes('key'),
      next_key_version: null,
      next_psk: null,
      expires_at: start + day,
      particulars: '{}',
      status: null,
      request: null,
      chain: null,
      list_number: null,
      receipt: null,
      revocation: null,
      problem: null,
      invited_at: start,
      seen_at: null,
      ...change,
    });
    return (await store.cards.find(id))?.number ?? -1;
  };
  const script = async (number: number, purpose: string, change: { state: string; finished_at: number | null }) => {
    const queued = {
      card: number,
      purpose,
      application: bytes('a'),
      commands: bytes('c'),
      urgent: 0,
      queued_at: start,
    };
    await store.cardScripts.change(await store.cardScripts.queue(queued), change);
  };
  const left = async (table: 'sessions' | 'invitations' | 'cards' | 'card_scripts', column: string) => {
    const rows = await store.database.selectFrom(table).selectAll().execute();
    return rows.map((row) => String((row as unknown as Record<string, unknown>)[column])).toSorted();
  };
  const entries = async () => (await store.database.selectFrom('audit_entries').selectAll().execute()).length;

  test('a year of sign-ins and invitations leaves two months of them at most, and every entry of the log', async () => {
    const sizes: number[] = [];
    for (let days = 0; days < 365; days += 4) {
      const at = start + days * day;
      await session(`s${days}`, {
        opened_at: at,
        certified_until: at + day / 2,
        ended_at: at + 3_600_000,
        ending: days % 8 === 0 ? 'signed-out' : 'revoked',
        revocation: 'done',
      });
      await invitation(`t${days}`, at);
      await store.audit.record({ kind: 'signed-out', actor: house, what: { session: `s${days}` } });
      if (days % 28 === 0) await pruneOutdated(store, at);
      sizes.push((await left('sessions', 'id')).length + (await left('invitations', 'token_hash')).length);
    }
    // Two each time, of the thirty days that they are kept and the four weeks between two looks.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 * (60 / 4));
    // And the first entry, which every log has.
    expect(await entries()).toBe(93);
    await pruneOutdated(store, start + 1000 * day);
    expect(await entries()).toBe(93);
    // What says that they are shut out, and that they were not invited since.
    expect(await left('sessions', 'id')).toEqual(['s364']);
    expect(await left('invitations', 'token_hash')).toEqual(['t364']);
    expect(await store.sessions.lastRevokedAt(house)).toBe(start + 364 * day + 3_600_000);
    expect(await store.invitations.lastInvitedAt(house)).toBe(start + 364 * day);
  });

  test('is nothing that could still mean something', async () => {
    const now = start + 400 * day;
    const before = now - prunedAfterMs;
    await session('open', {});
    await session('ended lately', { ended_at: before + 1, ending: 'signed-out' });
    await session('certified still', { ended_at: start, ending: 'signed-out', certified_until: before + 1 });
    await session('outdated', { ended_at: start, ending: 'signed-out' });
    await invitation('older', start);
    await invitation('open still', before - day + 1);
    await invitation('newest', now);
    const came = await card('came', { seen_at: start });
    const served = await card('in service', { stage: 'in-service', seen_at: start });
    await card('expected', { expires_at: before + 1 });
    const never = await card('never came', {});
    const old = { finished_at: now - scriptsPrunedAfterMs - 1 };
    await script(never, 'replace-key', { state: 'queued', finished_at: null });
    await script(came, 'identify', { state: 'failed', ...old });
    await script(served, 'policy', { state: 'failed', ...old });
    await script(served, 'lock', { state: 'done', ...old });
    await script(served, 'lists', { state: 'done', finished_at: now - scriptsPrunedAfterMs });
    await script(served, 'unlock', { state: 'sent', finished_at: null });
    const tally = (await store.tallies.get('cards')) ?? 0;

    expect(await pruneOutdated(store, now)).toEqual({ sessions: 1, invitations: 1, cards: 1, scripts: 2 });
    expect(await left('sessions', 'id')).toEqual(['certified still', 'ended lately', 'open']);
    expect(await left('invitations', 'token_hash')).toEqual(['newest', 'open still']);
    expect(await left('cards', 'administration_id')).toEqual(['came', 'expected', 'in service']);
    expect(await left('card_scripts', 'purpose')).toEqual(['identify', 'lists', 'unlock']);
    // Whoever serves cards is told to look.
    expect(await store.tallies.get('cards')).toBe(tally + 1);
    expect(await pruneOutdated(store, now)).toEqual({ sessions: 0, invitations: 0, cards: 0, scripts: 0 });
    expect(await store.tallies.get('cards')).toBe(tally + 1);
  });

  test('of two that were shut out at once one stays', async () => {
    await session('a', { ended_at: start, ending: 'removed' });
    await session('b', { ended_at: start, ending: 'revoked' });
    expect(await pruneOutdated(store, start + 100 * day)).toMatchObject({ sessions: 1 });
    expect(await store.sessions.lastRevokedAt(house)).toBe(start);
  });
});
