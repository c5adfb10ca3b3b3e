// Opening a card: the release is judged first, then the card's rules stand before the card.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority, memoryStore } from '@vitalseal/certifying-authority';
import { measureRelease } from '@vitalseal/certifying-authority/node';
import { encodeCommand, mhaAid } from '@vitalseal/uicc';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCard, parseWhichCard } from './which-card.ts';

const release = join(import.meta.dirname, '..', '..', '..', '..');
const select = encodeCommand({ cla: 0, ins: 0xa4, p1: 4, p2: 0, data: mhaAid, le: 256 });
let folder: string;
let attestation: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-which-card-'));
  attestation = join(folder, 'release.attestation');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a phone without an attestation, and one with that of its release, reach a card without rules', async () => {
  const authority = await Authority.init({ store: memoryStore() });
  for (const attested of [false, true]) {
    if (attested) writeFileSync(attestation, (await authority.attest(await measureRelease(release))).attestation);
    const card = await openCard({ folder, log2Cost: 4 });
    await card.reset();
    expect((await card.transmit(select)).at(-2)).toBe(0x90);
    await card.close();
  }
});

test('a phone whose program is not the one that was attested does not touch the card', async () => {
  const authority = await Authority.init({ store: memoryStore() });
  const other = { ...(await measureRelease(release)), digest: new Uint8Array(32) };
  writeFileSync(attestation, (await authority.attest(other)).attestation);
  await expect(openCard({ folder })).rejects.toMatchObject({ code: 'release-changed' });
  writeFileSync(attestation, 'rubbish');
  await expect(openCard({ folder })).rejects.toMatchObject({ code: 'release-not-attested' });
  expect(existsSync(join(folder, 'card.db'))).toBe(false);
});

test('a card is named as software, or by its reader', () => {
  expect(parseWhichCard('software')).toEqual({ kind: 'software' });
  expect(parseWhichCard('pcsc')).toEqual({ kind: 'pcsc' });
  expect(parseWhichCard('pcsc:Virtual PCD 00')).toEqual({ kind: 'pcsc', reader: 'Virtual PCD 00' });
  for (const wrong of ['', 'software:1', 'plastic']) {
    expect(() => parseWhichCard(wrong)).toThrow(expect.objectContaining({ code: 'patient-option-invalid' }));
  }
});
