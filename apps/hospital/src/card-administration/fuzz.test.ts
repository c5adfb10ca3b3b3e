import { encodeResponseScript } from '@vitalseal/uicc/global-platform';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { AdministeringHospital } from '../testing/administering-hospital.ts';
import type { CardPost, TestCard } from '../testing/test-card.ts';

const seed = 20_261_122;
let hospital: AdministeringHospital;
let card: TestCard;
beforeAll(async () => {
  hospital = await AdministeringHospital.start();
  card = await hospital.card();
  await vi.waitFor(() => card.session(), { timeout: 10_000, interval: 200 });
});
afterAll(() => hospital.remove());

const refused = [400, 404, 413, 415];
const ok = {
  'x-admin-script-status': 'ok',
  'content-type': 'application/vnd.globalplatform.card-content-mgt-response',
};

async function outcomes(posts: fc.Arbitrary<CardPost>, numRuns: number): Promise<void> {
  const agent = card.connection();
  await fc.assert(
    fc.asyncProperty(posts, async (post) => {
      expect([200, 204, ...refused]).toContain((await card.post(post, agent)).status);
    }),
    { seed, numRuns },
  );
  agent.destroy();
}

test('no body is a fault of ours, and none that is no response ends a script', async () => {
  await hospital.order(card, { kind: 'status' });
  const asked = await card.post({}, card.connection());
  const path = String(asked.headers['x-admin-next-uri']);
  const status = await card.status();
  const honest = encodeResponseScript([Uint8Array.from([...status, 0x90, 0x00])]);
  const some = fc.uint8Array({ maxLength: 300 });
  const nearly = fc.tuple(fc.nat({ max: honest.length - 1 }), fc.nat({ max: 255 })).map(([at, octet]) => {
    const changed = new Uint8Array(honest);
    changed[at] = octet;
    return changed;
  });
  const cut = fc.nat({ max: honest.length - 1 }).map((length) => honest.slice(0, length));
  const body = fc.oneof(some, cut);
  await outcomes(
    body.map((bytes) => ({ path, headers: ok, body: bytes })),
    300,
  );
  const { number } = await hospital.row(card);
  expect((await hospital.store.cardScripts.open(number)).map(({ purpose }) => purpose)).toEqual(['status']);
  // What is a response script but says something else ends the script, and changes nothing that is known of the card.
  const before = (await hospital.row(card)).status;
  await outcomes(
    nearly.map((bytes) => ({ path, headers: ok, body: bytes })),
    200,
  );
  const after = (await hospital.row(card)).status;
  expect(Buffer.from(after ?? []).subarray(-60)).toEqual(Buffer.from(before ?? []).subarray(-60));
});

test('no header is a fault of ours', async () => {
  const name = fc.constantFrom(
    'x-admin-protocol',
    'x-admin-from',
    'x-admin-script-status',
    'x-admin-resume',
    'x-admin-next-uri',
    'x-admin-targeted-application',
    'content-type',
  );
  const value = fc.oneof(
    fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 200 }),
    fc.constantFrom('ok', 'true', 'unknown-application', `//se-id/eid/${card.administrationId}`),
  );
  const path = fc.oneof(
    fc.constantFrom(
      '/card-administration',
      '/card-administration/',
      '/card-administration/0',
      '/card-administration/-1',
    ),
    fc.nat().map((number) => `/card-administration/${number}`),
    fc.constantFrom('/card-administration/9007199254740993', '/card-administration/1e3', '/card-administration/%00'),
  );
  const post = fc.record({
    path,
    headers: fc.dictionary(name, value, { maxKeys: 4 }),
    body: fc.uint8Array({ maxLength: 20 }),
  });
  await outcomes(post, 400);
});

test('a body over the limit is refused', async () => {
  const agent = card.connection();
  const answer = await card.post({ path: '/card-administration/1', headers: ok, body: new Uint8Array(70_000) }, agent);
  expect(answer.status).toBe(413);
  agent.destroy();
});
