/**
 * What an authenticator answers, judged by WebAuthn's rules (section 7.1 and 7.2): the challenge that was given, the origin
 * and the relying party that it is for, the person verified, the signature. The counter is compared here and not by the
 * library, so that a passkey that was copied is told apart from one that is wrong.
 */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Bytes } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import type { PasskeyRow } from '../store/passkeys.ts';
import type { RelyingParty } from './relying-party.ts';
import { webAuthn, webAuthnParts } from './web-authn.ts';

export interface NewPasskey {
  readonly id: string;
  readonly publicKey: Bytes;
  readonly counter: number;
  readonly transports: readonly string[];
}

/** @throws HospitalError `passkey-refused` */
export async function verifyRegistration(
  response: RegistrationResponseJSON,
  { challenge, party }: { challenge: Bytes; party: RelyingParty },
): Promise<NewPasskey> {
  await expectNoStatement(response).catch(refused);
  const { verifyRegistrationResponse } = await webAuthn();
  const result = await verifyRegistrationResponse({
    response,
    expectedChallenge: base64url(challenge),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
  }).catch(refused);
  const info = result.verified ? result.registrationInfo : undefined;
  if (info === undefined) return refused();
  const { credential } = info;
  const transports = (credential.transports ?? []).filter((name) => /^[a-z-]{1,20}$/.test(name)).slice(0, 8);
  return {
    id: credential.id,
    publicKey: new Uint8Array(credential.publicKey),
    counter: credential.counter,
    transports,
  };
}

/**
 * None was asked for, and a browser sends none, or one by the passkey's own key. One of a maker's would be judged by a
 * chain of certificates that a stranger has written, and by lists that are fetched from wherever these say.
 */
async function expectNoStatement({ response: { attestationObject } }: RegistrationResponseJSON): Promise<void> {
  const { decodeAttestationObject } = await webAuthnParts();
  const decoded = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url')));
  const format = decoded.get('fmt');
  const isOwn = format === 'packed' && decoded.get('attStmt').get('x5c') === undefined;
  if (format !== 'none' && !isOwn) refused();
}

export interface Verified {
  /** What the authenticator counts now. */
  readonly counter: number;
  /** It counts no further than it did before: there are two of it. */
  readonly cloned: boolean;
}

/** @throws HospitalError `passkey-refused` */
export async function verifyAssertion(
  response: AuthenticationResponseJSON,
  { challenge, party, passkey }: { challenge: Bytes; party: RelyingParty; passkey: PasskeyRow },
): Promise<Verified> {
  const { verifyAuthenticationResponse } = await webAuthn();
  const result = await verifyAuthenticationResponse({
    response,
    expectedChallenge: base64url(challenge),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    credential: { id: passkey.id, publicKey: new Uint8Array(passkey.public_key), counter: 0 },
    requireUserVerification: true,
  }).catch(refused);
  if (!result.verified) return refused();
  const counter = result.authenticationInfo.newCounter;
  return { counter, cloned: (counter > 0 || passkey.counter > 0) && counter <= passkey.counter };
}

export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

function refused(cause?: unknown): never {
  throw new HospitalError('passkey-refused', 'expected an answer of a passkey of ours to what it was asked', { cause });
}
