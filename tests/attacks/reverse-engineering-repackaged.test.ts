// Table II, reverse engineering and application security: the programs can be taken apart, changed and put together
// again. What comes out is refused: a changed release of the phone's program by its own measure, another's by the card's
// rules, and an image for the card by the card, even if the hospital itself brings it.

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enforceAccess, releaseIdentity } from '@vitalseal/app-patient';
import { Authority, memoryStore } from '@vitalseal/certifying-authority';
import { measureRelease } from '@vitalseal/certifying-authority/node';
import { type Bytes, sha256 } from '@vitalseal/protocol';
import { accessRuleMasterAid, type Card, encodeCommand, mhaAid } from '@vitalseal/uicc';
import {
  accessRuleData,
  decodeAllAccessRules,
  encodeMhaImage,
  encodeStoreAccessRules,
  mhaImageName,
  storeBytes,
} from '@vitalseal/uicc/global-platform';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CardOverTheAir } from './card-over-the-air.fixture.ts';

const at = Date.now();
let world: CardOverTheAir;
let release: string;
let attestation: string;
let signerHash: Bytes;

beforeAll(async () => {
  world = await CardOverTheAir.inService();
  release = join(world.folder, 'release');
  attestation = join(world.folder, 'release.attestation');
  mkdirSync(join(release, 'apps', 'patient', 'src'), { recursive: true });
  writeFileSync(join(release, 'package.json'), '{"name":"vitalseal","version":"1.0.0"}');
  writeFileSync(join(release, 'apps', 'patient', 'src', 'index.ts'), 'export {};\n');
  writeFileSync(attestation, (await world.authority.attest(await measureRelease(release))).attestation);
  signerHash = await sha256(await world.authority.releaseSigner());
  // The honest exchange: the hospital names the signer, and the release that it signed is let in.
  expect(await world.order({ kind: 'access', signers: [signerHash] })).toEqual([]);
  const own = { attestation, root: release, at, anchors: [world.authority.rootCertificate] };
  const answer = await select(enforceAccess(world.card, await releaseIdentity(own)));
  expect([0x90, 0x91]).toContain(answer.at(-2));
}, 60_000);
afterAll(() => world.close());

function select(card: Card): Promise<Bytes> {
  return card.transmit(encodeCommand({ cla: 0, ins: 0xa4, p1: 4, p2: 0, data: mhaAid, le: 256 }));
}

/** The release, copied and changed. */
function repackaged(name: string, change: (folder: string) => void): string {
  const copy = join(world.folder, name);
  cpSync(release, copy, { recursive: true });
  change(copy);
  return copy;
}

test('a release with one more line in it is refused by its own measure', async () => {
  const root = repackaged('changed', (copy) => {
    writeFileSync(join(copy, 'apps', 'patient', 'src', 'index.ts'), 'export {};\nsteal();\n');
  });
  await expect(releaseIdentity({ attestation, root, at })).rejects.toMatchObject({ code: 'release-changed' });
});

test('a release signed by whoever changed it is whole, and no card lets it in', async () => {
  const root = repackaged('self-signed', (copy) => {
    writeFileSync(join(copy, 'apps', 'patient', 'src', 'index.ts'), 'export {};\nsteal();\n');
  });
  const own = await Authority.init({ store: memoryStore() });
  const file = join(world.folder, 'self-signed.attestation');
  writeFileSync(file, (await own.attest(await measureRelease(root))).attestation);
  const identity = await releaseIdentity({ attestation: file, root, at });
  expect(identity.signerHashes).toHaveLength(1);
  await expect(select(enforceAccess(world.card, identity))).rejects.toMatchObject({ code: 'access-denied' });
  const anchored = { attestation: file, root, at, anchors: [world.authority.rootCertificate] };
  await expect(releaseIdentity(anchored)).rejects.toMatchObject({ code: 'release-not-attested' });
});

test('a program that nobody vouches for is not let in', async () => {
  const identity = await releaseIdentity({ root: release, at });
  await expect(select(enforceAccess(world.card, identity))).rejects.toMatchObject({ code: 'access-denied' });
});

test('the phone cannot write itself into the rules of the card', async () => {
  const send = (apdu: Bytes) => world.card.transmit(apdu);
  await send(encodeCommand({ cla: 0, ins: 0xa4, p1: 4, p2: 0, data: accessRuleMasterAid, le: 256 }));
  const rule = { application: mhaAid, deviceApplication: new Uint8Array(0), apdus: 'always' } as const;
  const answers = [];
  for (const command of [{ command: 'delete-all' }, { command: 'store', rule }] as const) {
    const answer = await send(encodeCommand(storeBytes(encodeStoreAccessRules(command))));
    answers.push([...answer]);
  }
  expect(answers).toEqual([
    [0x69, 0x82],
    [0x69, 0x82],
  ]);
  const { all } = accessRuleData;
  const read = { cla: 0x80, ins: 0xca, p1: all >> 8, p2: all & 0xff, data: new Uint8Array(0), le: 256 };
  const told = await send(encodeCommand(read));
  expect(decodeAllAccessRules(told.slice(0, -2))).toMatchObject([{ deviceApplication: signerHash }]);
});

test('a release that the authority has taken back is refused', async () => {
  const root = repackaged('revoked', (copy) => {
    writeFileSync(join(copy, 'package.json'), '{"name":"vitalseal","version":"1.0.1"}');
  });
  const file = join(world.folder, 'revoked.attestation');
  const attested = await world.authority.attest(await measureRelease(root));
  writeFileSync(file, attested.attestation);
  await expect(releaseIdentity({ attestation: file, root, at })).resolves.toBeDefined();
  const revoked = await world.authority.revoke({ serial: attested.serial });
  const isRevoked = (serial: string) => revoked.includes(serial);
  const refused = releaseIdentity({ attestation: file, root, at, isRevoked });
  await expect(refused).rejects.toMatchObject({ code: 'release-not-attested' });
});

test('a hospital that was broken into puts no image of its own into a card, and no old one', async () => {
  const attested = async (version: string, code: Bytes, authority: Authority = world.authority) => {
    const image = encodeMhaImage({ policy: { batchRecords: 20 }, code });
    const { attestation: word } = await authority.attest({ name: mhaImageName, version, digest: await sha256(image) });
    return { kind: 'update', image, attestation: word } as const;
  };
  const good = await attested('1.1.0', new Uint8Array(70_000).fill(1));
  const old = await attested('1.0.0', Uint8Array.of(1));
  expect(await world.order(good)).toEqual([]);
  const version = await world.imageVersion();
  expect(version).toBeGreaterThan(0);
  const evil = encodeMhaImage({ policy: {}, code: Uint8Array.of(6, 6, 6) });
  const other = await Authority.init({ store: memoryStore() });
  const attempts = {
    'its own code under a word for other code': await world.order({ ...good, image: evil }),
    'its own code under its own word': await world.order(await attested('9.0.0', Uint8Array.of(6), other)),
    'its own code under no word': await world.order({ kind: 'update', image: evil, attestation: new Uint8Array(0) }),
    'an old image': await world.order(old),
    'the same image again': await world.order(good),
  };
  expect(attempts).toEqual({
    'its own code under a word for other code': ['6a80'],
    'its own code under its own word': ['6a80'],
    'its own code under no word': ['6a80'],
    'an old image': ['6985'],
    'the same image again': ['6985'],
  });
  expect(await world.imageVersion()).toBe(version);
}, 60_000);
