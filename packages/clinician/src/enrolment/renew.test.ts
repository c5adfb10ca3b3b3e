import { parseCertificate } from '@vitalseal/certifying-authority';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeviceCredential, KeyCustody } from '../custody/key-custody.ts';
import { memoryCustody } from '../custody/memory-custody.ts';
import { TestHospital } from '../test-hospital/test-hospital.ts';
import { renewWhenDue } from './renew.ts';
import { signIn } from './sign-in.ts';

const doctor = { role: 'doctor', id: 'd1' } as const;
let hospital: TestHospital;
let custody: KeyCustody;
let credential: DeviceCredential;

beforeEach(async () => {
  hospital = await TestHospital.start();
  custody = memoryCustody();
  await signIn({ link: await hospital.link(doctor), role: 'doctor', custody });
  const kept = await custody.load();
  if (kept === undefined) throw new Error('expected a credential');
  credential = kept;
});

afterEach(() => hospital.stop());

const transport = () => ({ hospitalUrl: hospital.url, fetch });
const leafOf = ({ chain: [leaf] }: DeviceCredential) => parseCertificate(leaf ?? new Uint8Array());

test('a young certificate is left alone', async () => {
  expect(await renewWhenDue({ credential, custody, transport: transport(), now: Date.now })).toBe(false);
  expect(await custody.load()).toBe(credential);
});

test('one in its last third is renewed for the same identity, with another key', async () => {
  const { notBefore, notAfter } = leafOf(credential);
  const later = notAfter - (notAfter - notBefore) / 4;
  expect(await renewWhenDue({ credential, custody, transport: transport(), now: () => later })).toBe(true);
  const renewed = await custody.load();
  expect(renewed?.identity).toEqual(doctor);
  expect(renewed && leafOf(renewed).publicKeySpki).not.toEqual(leafOf(credential).publicKeySpki);
});

test('a renewal that fails leaves the old credential in place', async () => {
  const { notAfter } = leafOf(credential);
  hospital.failing = 503;
  const renewal = renewWhenDue({ credential, custody, transport: transport(), now: () => notAfter - 1000 });
  await expect(renewal).rejects.toMatchObject({ code: 'est-failed' });
  expect(await custody.load()).toBe(credential);
});
