// Table II, reverse engineering: what taking the programs apart gives: their code, which is public, and nothing else. No
// key, code or name is in them; keys are made on each device. What becomes of a program that was changed and put
// together again is in reverse-engineering-repackaged.test.ts.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { memoryCustody, startClinician } from '@vitalseal/clinician';
import { encodeCbor, frameMessage3, handshakeMediaType } from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
  const files = execFileSync('find', ['apps/doctor/dist', 'apps/ambulance/dist', '-type', 'f'], { cwd: root })
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
