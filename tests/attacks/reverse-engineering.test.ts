// Table II, reverse engineering: what taking the programs apart gives: their code, which is public, and nothing else. No
// key, code or name is in them; keys are made on each device. A program that was changed and put together again is
// refused: the phone's by its own measure or by the card's rules, the card's image by the card, whoever brings it.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildMhaCode } from '@vitalseal/app-card';
import { enforceAccess, releaseIdentity } from '@vitalseal/app-patient';
import { Authority, memoryStore } from '@vitalseal/certifying-authority';
import { measureRelease } from '@vitalseal/certifying-authority/node';
import { memoryCustody, startClinician } from '@vitalseal/clinician';
import { type Bytes, encodeCbor, frameMessage3, handshakeMediaType, sha256 } from '@vitalseal/protocol';
import { accessRuleMasterAid, type Card, encodeCommand, mhaAid } from '@vitalseal/uicc';
import {
  accessRuleData,
  decodeAllAccessRules,
  encodeMhaImage,
  encodeStoreAccessRules,
  mhaImageName,
  storeBytes,
} from '@vitalseal/uicc/global-platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CardOverTheAir } from './card-over-the-air.fixture.ts';
import { asDevice, initiate } from './initiator.fixture.ts';
import { PatientInHand, refusalOf } from './patient-in-hand.fixture.ts';
import { identities, Ward } from './ward.fixture.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let ward: Ward;
let patient: PatientInHand;

beforeAll(async () => {
  ward = await Ward.open();
  patient = await PatientInHand.enrol(ward);
  expect((await patient.deliver()).confirmed).toHaveLength(1);
});
afterAll(() => ward.close());

/** What a secret would look like. */
const looks: Readonly<Record<string, RegExp>> = {
  'a private key in PEM': /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/]/,
  // The first bytes of PKCS #8 for a key on P-256, in base64 as it may begin.
  'a private key in PKCS #8': /M[EHI][A-Za-z0-9+/]{2}A[gQ]EAM[BI]MGByqGSM49/,
  'a private JWK': /"d"\s*:\s*"[A-Za-z0-9_-]{43}"/,
  'an activation link': /#id=urn:vitalseal:[a-z]+:[A-Za-z0-9._-]+&code=[A-Z0-9-]{20,}&root=[0-9a-f]{64}/,
  'a token of a service': /\b(?:ghp_[A-Za-z0-9]{36}|npm_[A-Za-z0-9]{36}|AKIA[A-Z0-9]{16}|xox[bp]-[0-9A-Za-z-]{20,})\b/,
};

function found(files: readonly string[]): string[] {
  return files.flatMap((file) => {
    const text = readFileSync(`${root}/${file}`, 'latin1');
    return Object.entries(looks)
      .filter(([, look]) => look.test(text))
      .map(([what]) => `${file}: ${what}`);
  });
}

test('the looks of secrets are those of secrets', () => {
  const pem = execFileSync(process.execPath, [
    '-e',
    "process.stdout.write(require('node:crypto').generateKeyPairSync('ec',{namedCurve:'P-256'}).privateKey.export({type:'pkcs8',format:'pem'}))",
  ]).toString();
  expect(pem).toMatch(looks['a private key in PEM'] ?? /^$/);
  expect(pem.replaceAll(/-----[^-]+-----|\s/g, '')).toMatch(looks['a private key in PKCS #8'] ?? /^$/);
});

test('an activation link as the authority makes it is one of the looks', async () => {
  expect(await ward.link(identities.doctor)).toMatch(looks['an activation link'] ?? /^$/);
});

test('no secret is in the repository', () => {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
    .toString()
    .split('\0')
    // Published vectors hold published keys; that is what they are for.
    .filter((file) => file !== '' && !file.startsWith('tests/vectors/'));
  expect(files.length).toBeGreaterThan(300);
  expect(found(files)).toEqual([]);
});

test('no secret is in the pages as they are shipped, nor a map back to their sources', { timeout: 120_000 }, () => {
  execFileSync(process.execPath, ['scripts/build-pages.ts', '--if-stale'], {
    cwd: root,
    env: { ...process.env, PATH: `${root}/node_modules/.bin:${process.env.PATH ?? ''}` },
  });
  const pages = ['doctor', 'ambulance', 'office'].map((page) => `apps/${page}/dist`);
  const files = execFileSync('find', [...pages, '-type', 'f'], { cwd: root })
    .toString()
    .trim()
    .split('\n');
  expect(files.filter((file) => file.endsWith('.js')).length).toBeGreaterThanOrEqual(2);
  expect(found(files)).toEqual([]);
  expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
  const scripts = files.filter((file) => file.endsWith('.js')).map((file) => readFileSync(`${root}/${file}`, 'utf8'));
  for (const script of scripts) {
    // Of the outcome only: the whole script is nothing to print.
    expect(script.includes(root)).toBe(false);
    expect(/sourceMappingURL=(?!data:,)/.test(script)).toBe(false);
  }
});

test('a program without a certificate of its own is nobody, however well it speaks', async () => {
  const started = startClinician({ role: 'doctor', hospitalUrl: ward.hospital.peopleUrl, custody: memoryCustody() });
  expect(await refusalOf(started)).toBe('not-enrolled');
});

test("the page's key signs, and cannot be read by the page or by whoever takes it over", async () => {
  const { privateKey } = await memoryCustody().keyFor(identities.doctor);
  expect(privateKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('pkcs8', privateKey)).rejects.toThrow();
  await expect(crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow();
});

test('whatever a stranger tries at the handshake, the words of the refusal are the same', async () => {
  const said = new Set<string>();
  const hear = async (body: Uint8Array<ArrayBuffer>) => {
    const { body: answer } = await patient.post('/edhoc', handshakeMediaType.request, body);
    said.add(Buffer.from(answer).toString('hex'));
  };
  await ward.unchangedBy(async () => {
    await hear(new Uint8Array([1, 2, 3]));
    await hear(frameMessage3(new Uint8Array(8), encodeCbor(new Uint8Array(40))));
    await hear(new Uint8Array([0xf5, 0, 3, 0x58, 0x20, ...new Array(32).fill(0xff), 0x0e]));
    for (const stranger of [
      await ward.certify({ role: 'sensor', id: 'sensor-1' }),
      await ward.certify({ role: 'patient', id: 'unknown' }),
      await ward.certifyLongAgo(identities.patient),
    ]) {
      const exchange = asDevice(patient);
      await refusalOf(
        initiate(
          ward,
          stranger,
          async (body) => {
            const answer = await exchange(body);
            if (body[0] !== 0xf5) said.add(Buffer.from(answer).toString('hex'));
            return answer;
          },
          2,
        ),
      );
    }
  });
  expect(said.size).toBe(1);
});

describe('a program that was taken apart, changed and put together again', () => {
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
    await world.authority.revoke({ serial: attested.serial });
    const { crl: revocations } = await world.authority.crl();
    const refused = releaseIdentity({ attestation: file, root, at, revocations });
    await expect(refused).rejects.toMatchObject({ code: 'release-not-attested' });
  });

  test('a hospital that was broken into puts no image of its own into a card, and no old one', async () => {
    const attested = async (version: string, code: Bytes, authority: Authority = world.authority) => {
      const image = encodeMhaImage({ policy: { batchRecords: 20 }, code });
      const { attestation: word } = await authority.attest({
        name: mhaImageName,
        version,
        digest: await sha256(image),
      });
      return { kind: 'update', image, attestation: word } as const;
    };
    const code = new TextEncoder().encode(await buildMhaCode({ release: '1.1.0' }));
    const good = await attested('1.1.0', code);
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
});
