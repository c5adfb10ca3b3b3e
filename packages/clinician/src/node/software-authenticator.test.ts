// Held to the hospital's own verifier: what it takes from a person's authenticator, it takes from this one.
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { expect, test } from 'vitest';
import { type KeptPasskey, SoftwareAuthenticator } from './software-authenticator.ts';

const origin = 'https://hospital.example';
const rpID = 'hospital.example';

async function registered(authenticator: SoftwareAuthenticator) {
  const options = await generateRegistrationOptions({ rpName: 'Hospital', rpID, userName: 'house' });
  const response = await authenticator.create(options);
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response,
    expectedChallenge: options.challenge,
    expectedOrigin: origin,
    expectedRPID: rpID,
    requireUserVerification: true,
  });
  expect(verified).toBe(true);
  if (registrationInfo === undefined) throw new Error('expected a registered passkey');
  return registrationInfo.credential;
}

async function asserted(authenticator: SoftwareAuthenticator, credential: Awaited<ReturnType<typeof registered>>) {
  const options = await generateAuthenticationOptions({ rpID, userVerification: 'required' });
  return verifyAuthenticationResponse({
    response: await authenticator.assert(options),
    expectedChallenge: options.challenge,
    expectedOrigin: origin,
    expectedRPID: rpID,
    credential,
    requireUserVerification: true,
  });
}

test('a passkey it made signs in, with the user verified and a counter that goes up', async () => {
  const authenticator = new SoftwareAuthenticator({ origin });
  const credential = await registered(authenticator);
  const first = await asserted(authenticator, credential);
  expect(first.verified).toBe(true);
  expect(first.authenticationInfo).toMatchObject({ newCounter: 1, userVerified: true, rpID });
  expect((await asserted(authenticator, { ...credential, counter: 1 })).authenticationInfo.newCounter).toBe(2);
});

test('a copy of it falls behind, and its counter is refused', async () => {
  const authenticator = new SoftwareAuthenticator({ origin });
  const credential = await registered(authenticator);
  const copy = new SoftwareAuthenticator({ origin, passkeys: authenticator.passkeys });
  const { authenticationInfo } = await asserted(authenticator, credential);
  await expect(asserted(copy, { ...credential, counter: authenticationInfo.newCounter })).rejects.toThrow(/counter/);
});

test('what it keeps signs in again after a restart, and is kept before an answer is given', async () => {
  let kept: readonly KeptPasskey[] = [];
  const keep = async (passkeys: readonly KeptPasskey[]) => {
    kept = passkeys;
  };
  const credential = await registered(new SoftwareAuthenticator({ origin, keep }));
  const restarted = new SoftwareAuthenticator({ origin, keep, passkeys: kept });
  expect((await asserted(restarted, credential)).verified).toBe(true);
  expect(kept[0]?.counter).toBe(1);
});

test('a hospital of another name is refused, and one without a passkey here', async () => {
  const authenticator = new SoftwareAuthenticator({ origin });
  await registered(authenticator);
  const other = await generateAuthenticationOptions({ rpID: 'other.example' });
  await expect(authenticator.assert(other)).rejects.toMatchObject({ code: 'passkey-unavailable' });
  const elsewhere = await generateAuthenticationOptions({ rpID: 'example' });
  await expect(authenticator.assert(elsewhere)).rejects.toMatchObject({ code: 'passkey-declined' });
});

test('an authenticator that is registered already makes no second passkey', async () => {
  const authenticator = new SoftwareAuthenticator({ origin });
  const { id } = await registered(authenticator);
  const options = await generateRegistrationOptions({
    rpName: 'Hospital',
    rpID,
    userName: 'house',
    excludeCredentials: [{ id }],
  });
  await expect(authenticator.create(options)).rejects.toMatchObject({ code: 'passkey-known' });
});
