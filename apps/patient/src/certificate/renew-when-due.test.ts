import { Authority, type EstFetch, EstService, memoryStore, parseCertificate } from '@vitalseal/certifying-authority';
import { memoryStorage, SecureElement } from '@vitalseal/secure-element';
import { patientIdentity, testLocalKey } from '@vitalseal/secure-element/testing';
import { expect, test } from 'vitest';
import { type RenewWhenDueOptions, renewWhenDue } from './renew-when-due.ts';

const day = 86_400_000;

/** The authority's own service, without a network. */
function fetchOf(service: EstService): EstFetch {
  return async (url, { method, headers, body }) => {
    const { pathname, search } = new URL(url);
    const response = await service.handle({
      method,
      url: pathname + search,
      contentType: headers['content-type'],
      authorization: headers.authorization,
      body: new TextEncoder().encode(body ?? ''),
    });
    return {
      status: response.status,
      headers: { get: (name) => response.headers[name] ?? null },
      arrayBuffer: async () => response.body.slice().buffer,
    };
  };
}

async function enrolled() {
  const clock = { at: Date.now() };
  const now = () => clock.at;
  const authority = await Authority.init({ store: memoryStore(), now });
  const element = await SecureElement.open({ storage: memoryStorage(), localKey: testLocalKey });
  const { code } = await authority.invite({ identity: patientIdentity, ttl: day });
  const request = await element.generateKey(patientIdentity);
  const leaf = await authority.enrol(request, { identity: patientIdentity, code });
  const root = authority.rootCertificate;
  await element.installCertificates({ chain: [leaf, authority.issuingCertificate], anchors: [root], at: now() });
  const mha: RenewWhenDueOptions['mha'] = {
    certificates: () => element.certificates(),
    signRenewal: () => element.signRenewal(),
    installCertificates: (certificates) => element.installCertificates({ ...certificates, at: now() }),
  };
  const options = { authority: 'https://authority', mha, now, fetch: fetchOf(new EstService(authority)) };
  const leafNow = async () => parseCertificate((await element.certificates()).chain[0] ?? new Uint8Array(0));
  return { clock, authority, options, leafNow, serial: (await leafNow()).serial };
}

test('a young certificate is left alone', async () => {
  const { options, leafNow, serial } = await enrolled();
  expect(await renewWhenDue(options)).toBe(false);
  expect((await leafNow()).serial).toBe(serial);
});

test('one in its last third is renewed by the word of the card', async () => {
  const { clock, options, leafNow, serial } = await enrolled();
  clock.at += 300 * day;
  expect(await renewWhenDue(options)).toBe(true);
  const renewed = await leafNow();
  expect(renewed.serial).not.toBe(serial);
  expect(renewed.notAfter).toBeGreaterThan(clock.at + 300 * day);
  expect(await renewWhenDue(options)).toBe(false);
});

test('one that was revoked is not renewed, and stays as it is', async () => {
  const { clock, authority, options, leafNow, serial } = await enrolled();
  clock.at += 300 * day;
  await authority.revoke({ identity: patientIdentity });
  await expect(renewWhenDue(options)).rejects.toMatchObject({ code: 'revoked' });
  expect((await leafNow()).serial).toBe(serial);
});
