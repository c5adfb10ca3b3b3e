// Which program the card lets in: the release that was attested, unchanged, whose signer the hospital's rule names.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority, memoryStore } from '@vitalseal/certifying-authority';
import { measureRelease } from '@vitalseal/certifying-authority/node';
import { type CardWithRules, cardWithRules } from '@vitalseal/secure-element/testing';
import {
  accessRuleMasterAid,
  type Bytes,
  type Card,
  encodeCommand,
  issuerSecurityDomainAid,
  mhaAid,
} from '@vitalseal/uicc';
import type { Access } from '@vitalseal/uicc/global-platform';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { enforceAccess } from './enforce-access.ts';
import { releaseIdentity } from './release-identity.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitalseal-release-'));
const root = join(folder, 'release');
const source = join(root, 'apps', 'patient', 'src', 'index.ts');
const attestation = join(folder, 'release.attestation');
const at = Date.now();
let authority: Authority;

beforeAll(async () => {
  mkdirSync(join(root, 'apps', 'patient', 'src'), { recursive: true });
  writeFileSync(join(root, 'package.json'), '{"name":"vitalseal","version":"1.0.0"}');
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(source, 'export {};\n');
  authority = await Authority.init({ store: memoryStore() });
  writeFileSync(attestation, (await authority.attest(await measureRelease(root))).attestation);
});
afterAll(() => rmSync(folder, { recursive: true }));

const own = { attestation, root, at };
const anchored = () => ({ ...own, anchors: [authority.rootCertificate] });

describe('a release', () => {
  test('that is as the authority vouched for it is known by the certificate that signed it', async () => {
    const { signerHashes } = await releaseIdentity(anchored());
    expect(signerHashes).toHaveLength(1);
    expect(await releaseIdentity(own)).toEqual({ signerHashes });
  });

  test('without an attestation is nobody', async () => {
    expect(await releaseIdentity({ root, at })).toEqual({ signerHashes: [] });
  });

  test.each([
    ['a source was changed', source, 'export { evil };\n', 'export {};\n'],
    ['the lockfile was changed', join(root, 'package-lock.json'), '{"evil":1}', '{}'],
    [
      'it calls itself a newer version',
      join(root, 'package.json'),
      '{"name":"vitalseal","version":"1.0.1"}',
      '{"name":"vitalseal","version":"1.0.0"}',
    ],
  ])('of which %s is refused', async (_, file, changed, before) => {
    writeFileSync(file, changed);
    await expect(releaseIdentity(anchored())).rejects.toMatchObject({ code: 'release-changed' });
    writeFileSync(file, before);
    await expect(releaseIdentity(anchored())).resolves.toBeDefined();
  });

  test('with a source more than was attested is refused', async () => {
    const added = join(root, 'apps', 'patient', 'src', 'added.ts');
    writeFileSync(added, 'export {};\n');
    await expect(releaseIdentity(anchored())).rejects.toMatchObject({ code: 'release-changed' });
    rmSync(added);
  });

  test('whose attestation the authority has taken back is refused, by its list and no other', async () => {
    const taken = await Authority.init({ store: memoryStore() });
    const file = join(folder, 'taken-back.attestation');
    const { attestation: word, serial } = await taken.attest(await measureRelease(root));
    writeFileSync(file, word);
    await taken.revoke({ serial });
    const { crl: revocations } = await taken.crl();
    const revoked = releaseIdentity({ attestation: file, root, at, revocations });
    await expect(revoked).rejects.toMatchObject({ code: 'release-not-attested' });
    await expect(releaseIdentity({ ...own, revocations })).resolves.toBeDefined();
    const rubbish = new Uint8Array(100);
    await expect(releaseIdentity({ ...own, revocations: rubbish })).resolves.toBeDefined();
  });

  test('whose attestation is missing or of another authority is refused', async () => {
    const refusals = [
      { ...anchored(), attestation: join(folder, 'nowhere') },
      { ...own, anchors: [(await Authority.init({ store: memoryStore() })).rootCertificate] },
    ];
    for (const refused of refusals) {
      await expect(releaseIdentity(refused)).rejects.toMatchObject({ code: 'release-not-attested' });
    }
  });

  test('this program is one that can be measured', async () => {
    const file = join(folder, 'own.attestation');
    const ownRoot = join(import.meta.dirname, '..', '..', '..', '..');
    writeFileSync(file, (await authority.attest(await measureRelease(ownRoot))).attestation);
    await expect(releaseIdentity({ attestation: file, at })).resolves.toBeDefined();
  });
});

describe('the card', () => {
  let world: CardWithRules;
  let signerHash: Bytes;
  beforeEach(async () => {
    world = await cardWithRules();
    const [hash] = (await releaseIdentity(own)).signerHashes;
    signerHash = hash ?? new Uint8Array(0);
  });

  const select = (card: Card, aid: Bytes, cla = 0) =>
    card.transmit(encodeCommand({ cla, ins: 0xa4, p1: 4, p2: 0, data: aid, le: 256 }));
  const command = (card: Card, ins: number, cla = 0x80) =>
    card.transmit(encodeCommand({ cla, ins, p1: 0, p2: 0, data: new Uint8Array(0) }));
  const rule = (apdus: Access, deviceApplication = signerHash) =>
    world.store({ command: 'store', rule: { application: mhaAid, deviceApplication, apdus } });
  const attested = () => enforceAccess(world.card, { signerHashes: [signerHash] });
  const stranger = () => enforceAccess(world.card, { signerHashes: [] });
  const denied = { code: 'access-denied' };

  test('that is fresh lets every program in', async () => {
    await select(stranger(), mhaAid);
    await select(attested(), mhaAid);
    expect(world.reached).toEqual([0xa4, 0xa4]);
  });

  test('lets in the release that the rule names, and the next one by the same signer', async () => {
    await rule('always');
    await select(attested(), mhaAid);
    expect(world.reached).toEqual([0xa4]);
  });

  test('lets no other in: not one without attestation, not one by another signer', async () => {
    await rule('always');
    await expect(select(stranger(), mhaAid)).rejects.toMatchObject(denied);
    const other = enforceAccess(world.card, { signerHashes: [new Uint8Array(32).fill(9)] });
    await expect(select(other, mhaAid)).rejects.toMatchObject(denied);
    expect(world.reached).toEqual([]);
  });

  test('is asked again: a rule that was taken back holds from the next selection on', async () => {
    await rule('always');
    const card = attested();
    await select(card, mhaAid);
    await world.store({ command: 'delete-all' });
    await rule('never');
    await expect(select(card, mhaAid)).rejects.toMatchObject(denied);
    await card.reset();
    await expect(select(card, mhaAid)).rejects.toMatchObject(denied);
  });

  test('is not reached by part of the name, nor on another logical channel', async () => {
    await rule('always');
    const card = stranger();
    await expect(select(card, mhaAid.slice(0, 5))).rejects.toMatchObject(denied);
    await card.transmit(encodeCommand({ cla: 0, ins: 0x70, p1: 0, p2: 1, data: new Uint8Array(0) }));
    await expect(select(card, mhaAid, 0x01)).rejects.toMatchObject(denied);
    expect(world.reached).toEqual([]);
  });

  test('is reached under filters by the commands that they name alone', async () => {
    await rule([{ header: Uint8Array.of(0x80, 0x30, 0, 0), mask: Uint8Array.of(0xff, 0xf0, 0, 0) }]);
    const card = attested();
    await select(card, mhaAid);
    await command(card, 0x31);
    await expect(command(card, 0x41)).rejects.toMatchObject(denied);
    await expect(command(card, 0x20, 0x00)).rejects.toMatchObject(denied);
    await card.transmit(encodeCommand({ cla: 0, ins: 0x70, p1: 0, p2: 1, data: new Uint8Array(0) }));
    await select(card, mhaAid, 0x01);
    await expect(command(card, 0x41, 0x81)).rejects.toMatchObject(denied);
    await command(card, 0x32, 0x81);
    expect(world.reached).toEqual([0xa4, 0x31, 0xa4, 0x32]);
  });

  describe('under filters', () => {
    let card: Card;
    const refused = () => expect(command(card, 0x41)).rejects.toMatchObject(denied);
    const manageChannel = (cla: number, p1: number, p2: number) =>
      card.transmit(encodeCommand({ cla, ins: 0x70, p1, p2, data: new Uint8Array(0) }));
    beforeEach(async () => {
      await rule([{ header: Uint8Array.of(0x80, 0x30, 0, 0), mask: Uint8Array.of(0xff, 0xf0, 0, 0) }]);
      card = attested();
      await select(card, mhaAid);
      await refused();
    });

    test('is not reached past them by a name that goes in a chain', async () => {
      await expect(select(card, mhaAid.slice(0, 3), 0x10)).rejects.toMatchObject(denied);
      await select(card, accessRuleMasterAid);
      await expect(select(card, mhaAid.slice(0, 3), 0x10)).rejects.toMatchObject(denied);
      await select(card, mhaAid);
      await refused();
    });

    test('is not reached past them after another application was not found', async () => {
      expect((await select(card, issuerSecurityDomainAid)).slice(-2)).toEqual(Uint8Array.of(0x6a, 0x82));
      await refused();
    });

    test('is not reached past them after a channel was closed, or could not be opened', async () => {
      await manageChannel(0x00, 0x00, 1);
      await manageChannel(0x01, 0x80, 0);
      await refused();
      for (const channel of [1, 2, 3]) await manageChannel(0x00, 0x00, channel);
      await select(card, accessRuleMasterAid, 0x01);
      await manageChannel(0x01, 0x00, 0);
      await refused();
    });

    test('is not spoken to any more when a rule against it has come', async () => {
      await world.store({ command: 'delete-all' });
      await rule('never');
      await expect(select(card, mhaAid)).rejects.toMatchObject(denied);
      await expect(command(card, 0x31)).rejects.toMatchObject(denied);
    });
  });

  test('whose rules are asked keeps what is selected on every channel, and has as many channels as before', async () => {
    await rule('always');
    const card = attested();
    await select(card, mhaAid);
    for (const channel of [1, 2, 3]) {
      await card.transmit(encodeCommand({ cla: 0, ins: 0x70, p1: 0, p2: channel, data: new Uint8Array(0) }));
      await select(card, mhaAid, channel);
    }
    for (const channel of [0, 1, 2, 3]) await command(card, 0x31, 0x80 | channel);
    expect(world.reached).toEqual([0xa4, 0xa4, 0xa4, 0xa4, 0x31, 0x31, 0x31, 0x31]);
  });

  test('may be spoken to about anything else', async () => {
    await rule('always');
    const card = stranger();
    expect((await select(card, accessRuleMasterAid)).at(-2)).toBe(0x90);
    expect((await select(card, issuerSecurityDomainAid)).slice(-2)).toEqual(Uint8Array.of(0x6a, 0x82));
  });

  test('without ARA-M, or with rules that cannot be read, lets nobody in', async () => {
    const answers = (answer: (apdu: Bytes) => Bytes): Card => ({
      atr: world.card.atr,
      reset: async () => {},
      transmit: async (apdu) => answer(apdu),
    });
    const cards = [
      answers(() => Uint8Array.of(0x6a, 0x82)),
      answers(() => Uint8Array.of(0x90, 0x00)),
      answers(() => Uint8Array.of(1, 2, 3, 0x90, 0x00)),
      answers(() => Uint8Array.of(0x61, 0xff)),
      answers(() => new Uint8Array(0)),
    ];
    for (const card of cards) {
      const enforced = enforceAccess(card, { signerHashes: [signerHash] });
      await expect(select(enforced, mhaAid)).rejects.toMatchObject(denied);
    }
  });
});
