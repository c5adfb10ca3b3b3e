import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { signInSettings } from '../sign-in/sign-in-settings.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import type { EndedSession, Session } from './session.ts';
import { Sessions } from './sessions.ts';

const minute = 60_000;
const hour = 60 * minute;
const house = 'urn:vitalseal:doctor:house';
const noon = Date.UTC(2026, 5, 15, 12);

let dataDir: string;
let store: Store;
let now: number;
let sessions: Sessions;
const ended: EndedSession[] = [];
const locked: Session[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-clock-'));
  store = await openStore({ dataDir, wrappingKeys: testWrappingKeys });
  await store.people.register({ identity: house, role: 'doctor', name: 'H', tier: 1, on_call: 1 });
  now = noon;
  ended.length = 0;
  locked.length = 0;
  const times = { opened_at: now, active_at: now, verified_at: now, expires_at: now + 12 * hour };
  await store.sessions.open({
    ...times,
    id: 's1',
    person: house,
    serial: '0a',
    method: 'passkey',
    passkey: 'k',
    certificate: new Uint8Array(1),
    certified_until: now + 12 * hour,
    locked_at: null,
    ended_at: null,
    ending: null,
    revocation: null,
  });
  sessions = await Sessions.load({
    store,
    settings: signInSettings({ idleMs: 15 * minute, stepUpMs: 5 * minute }),
    now: () => now,
    onEnded: (all) => ended.push(...all),
    onLocked: (session) => locked.push(session),
  });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

const session = () => sessions.find('s1');

test('a clock that is set back locks an unused session no later than one that runs on', async () => {
  now = noon + 30 * minute;
  const held = session();
  if (held !== undefined) sessions.touch(held);
  now = noon + 10 * minute;
  await sessions.look();
  expect(locked).toEqual([]);
  now += 15 * minute;
  await sessions.look();
  expect(locked.map(({ id }) => id)).toEqual(['s1']);
});

test('a clock that is set back leaves no step-up open for longer than its time', async () => {
  const held = session();
  if (held === undefined) throw new Error('expected the session');
  now = noon + 2 * hour;
  held.verifiedAt = now;
  now = noon + hour;
  await sessions.look();
  expect(held.verifiedAt).toBe(noon + hour);
});

test('a session of a time that has not come yet is ended, and one of a clock that is a little off goes on', async () => {
  now = noon - 30_000;
  await sessions.look();
  expect(ended).toEqual([]);
  now = noon - 2 * minute;
  await sessions.look();
  expect(ended).toMatchObject([{ session: { id: 's1' }, reason: 'expired' }]);
  expect((await store.sessions.find('s1'))?.ending).toBe('expired');
});

test('a clock that jumps ahead ends every session, and one that comes back brings none of them back', async () => {
  now = noon + 365 * 24 * hour;
  await sessions.look();
  expect(ended).toHaveLength(1);
  now = noon + minute;
  await sessions.look();
  expect(session()).toBeUndefined();
  expect(sessions.hasEnded('0a')).toBe(true);
});
