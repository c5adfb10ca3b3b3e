import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryCustody } from '../custody/memory-custody.ts';
import { fileCustody } from '../node/file-custody.ts';
import { TestHospital } from '../test-hospital/test-hospital.ts';
import { signIn } from './sign-in.ts';

const doctor = { role: 'doctor', id: 'd1' } as const;
let hospital: TestHospital;

beforeEach(async () => {
  hospital = await TestHospital.start();
});

afterEach(() => hospital.stop());

const refusedWith = (code: string) => expect.objectContaining({ code });

test('a device is certified for the identity of its link, with a key that nobody can read', async () => {
  const custody = memoryCustody();
  expect(await signIn({ link: await hospital.link(doctor), role: 'doctor', custody })).toEqual(doctor);
  const credential = await custody.load();
  expect(credential?.identity).toEqual(doctor);
  expect(credential?.chain).toHaveLength(2);
  expect(credential?.root).toEqual(hospital.authority.rootCertificate);
  expect(credential?.privateKey.extractable).toBe(false);
});

test('a link works once', async () => {
  const link = await hospital.link(doctor);
  await signIn({ link, role: 'doctor', custody: memoryCustody() });
  await expect(signIn({ link, role: 'doctor', custody: memoryCustody() })).rejects.toEqual(
    refusedWith('enrolment-refused'),
  );
});

test('an enrolment whose answer was lost is taken up with the same key', async () => {
  const link = await hospital.link(doctor);
  const custody = memoryCustody();
  const losing: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (String(url).endsWith('/simpleenroll')) throw new TypeError('the connection broke');
    return response;
  };
  await expect(signIn({ link, role: 'doctor', custody, fetch: losing })).rejects.toEqual(
    refusedWith('hospital-unreachable'),
  );
  expect(await custody.load()).toBeUndefined();
  await signIn({ link, role: 'doctor', custody });
  expect((await custody.load())?.identity).toEqual(doctor);
});

test('a root other than the one of the link is not believed', async () => {
  const link = (await hospital.link(doctor)).replace(/root=[0-9a-f]{64}/, `root=${'0'.repeat(64)}`);
  const custody = memoryCustody();
  await expect(signIn({ link, role: 'doctor', custody })).rejects.toEqual(refusedWith('root-not-pinned'));
  expect(await custody.load()).toBeUndefined();
});

test("a crew's link does not sign a doctor in", async () => {
  const link = await hospital.link({ role: 'ambulance', id: 'u1' });
  await expect(signIn({ link, role: 'doctor', custody: memoryCustody() })).rejects.toEqual(
    refusedWith('link-for-another-role'),
  );
});

test.each(['', 'no link', 'https://hospital.example/doctor/', 'https://hospital.example/#id=urn:vitalseal:doctor:d1'])(
  'what is no whole link is refused: %j',
  async (link) => {
    await expect(signIn({ link, role: 'doctor', custody: memoryCustody() })).rejects.toEqual(
      refusedWith('link-malformed'),
    );
  },
);

test('an error names no code of the link', async () => {
  const link = await hospital.link(doctor);
  const code = new URLSearchParams(new URL(link).hash.slice(1)).get('code') ?? '';
  await signIn({ link, role: 'doctor', custody: memoryCustody() });
  const error: unknown = await signIn({ link, role: 'doctor', custody: memoryCustody() }).catch((thrown) => thrown);
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(code.slice(0, 4));
});

test('a device on disk is found again, readable by its user alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitalseal-device-'));
  try {
    await signIn({ link: await hospital.link(doctor), role: 'doctor', custody: fileCustody(folder) });
    const again = await fileCustody(folder).load();
    expect(again?.identity).toEqual(doctor);
    expect(again?.privateKey.extractable).toBe(false);
    expect((await stat(join(folder, 'device.json'))).mode & 0o777).toBe(0o600);
    await fileCustody(folder).forget();
    expect(await fileCustody(folder).load()).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
  }
});
