import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HospitalError } from '../errors.ts';
import { openStore } from '../store/open-store.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { EndedCertificates } from './revoke-ended.ts';

test('an authority that is away is asked once for all that is due, so that nobody who stops waits for each', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-ended-'));
  const store = await openStore({ dataDir, wrappingKeys: testWrappingKeys });
  onTestFinished(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true });
  });
  const person = 'urn:vitalseal:doctor:house';
  await store.people.register({ identity: person, role: 'doctor', name: 'House', tier: 1, on_call: 1 });
  const at = Date.now();
  const certificate = new Uint8Array([1]);
  const session = { person, method: 'passkey', passkey: null, certificate, certified_until: at + 3_600_000 };
  const times = { opened_at: at, expires_at: at + 3_600_000, active_at: at, verified_at: at, locked_at: null };
  const over = { ended_at: at, ending: 'revoked', revocation: 'due' };
  for (const id of ['1', '2', '3']) await store.sessions.open({ id, serial: id, ...session, ...times, ...over });
  let away = true;
  let asked = 0;
  const revoke = async () => {
    asked += 1;
    if (away) throw new HospitalError('authority-unreachable', 'expected the certifying authority to answer');
  };
  const registrar = { revoke, certify: () => Promise.reject(new Error('expected no sign-in')) };
  const problems: unknown[] = [];
  const ended = new EndedCertificates(store, registrar, (problem) => problems.push(problem));
  ended.revokeDue();
  await ended.idle();
  expect([asked, problems.length]).toEqual([1, 1]);
  away = false;
  ended.revokeDue();
  await ended.idle();
  expect(asked).toBe(4);
  expect(await store.sessions.toRevoke(Date.now())).toEqual([]);
});
