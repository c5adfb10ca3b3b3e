// TPM2_StartAuthSession, TPM2_PolicyPCR, TPM2_PolicySecret: Part 3 sections 11.1, 23.7, 23.4.
import { type Bytes, noBytes, randomBytes } from '@vitalseal/protocol';
import type { Tpm } from '../client/tpm.ts';
import { malformed, TpmError } from '../errors.ts';
import { passwordAuthorization } from '../session/authorization.ts';
import { kdfA } from '../session/key-derivation.ts';
import { Session } from '../session/session.ts';
import { shareSecretWith } from '../session/shared-secret.ts';
import { algorithm, longest, permanentHandle } from '../structures/constants.ts';
import { writePcrSelection } from '../structures/pcr-selection.ts';
import { sized, u8, u16, u32 } from '../structures/writer.ts';
import { flush } from './lifecycle.ts';
import type { LoadedObject } from './object.ts';

const sessionType = { hmac: 0, policy: 1 } as const;

/** @param salt the key that the salt is for; its name was compared with the pinned one, or the session is nobody's secret */
export async function startSession(tpm: Tpm, kind: 'hmac' | 'policy', salt: LoadedObject): Promise<Session> {
  if (salt.publicArea.type !== 'ecc') throw new TpmError('tpm-key-refused', 'expected a storage key to salt a session');
  const nonce = randomBytes(16);
  const { secret, encrypted } = shareSecretWith(salt.publicArea.point, 'SECRET');
  const command = {
    name: 'StartAuthSession',
    entities: [salt, { handle: permanentHandle.none }],
    parameters: [
      sized(nonce),
      sized(encrypted),
      u8(sessionType[kind]),
      ...[u16(algorithm.aes), u16(128), u16(algorithm.cfb)],
      u16(algorithm.sha256),
    ],
    makesHandle: true,
  } as const;
  return await tpm.ask(command, (reader, handle) => {
    const nonceTpm = reader.sized(longest.digest, 'a nonce');
    if (nonceTpm.length !== 16) throw malformed('expected a nonce of 16 bytes');
    const key = kdfA(secret, 'ATH', nonceTpm, nonce, 256);
    secret.fill(0);
    return new Session(handle, kind, key, nonceTpm);
  });
}

/** Runs with a session, and flushes it whatever happens. */
export async function withSession<T>(
  tpm: Tpm,
  kind: 'hmac' | 'policy',
  salt: LoadedObject,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await startSession(tpm, kind, salt);
  try {
    return await work(session);
  } finally {
    session.forget();
    await flush(tpm, session.handle).catch(() => undefined);
  }
}

/** The session's policy becomes: these registers as they are now. */
export async function policyPcr(tpm: Tpm, session: Session, pcrs: readonly number[]): Promise<void> {
  await tpm.ask(
    { name: 'PolicyPCR', entities: [session], parameters: [sized(noBytes), writePcrSelection(pcrs)] },
    () => undefined,
  );
}

/** The session's policy becomes: whoever knows the endorsement hierarchy's password. */
export async function policyEndorsement(tpm: Tpm, session: Session, password: Bytes = noBytes): Promise<void> {
  await tpm.ask(
    {
      name: 'PolicySecret',
      entities: [{ handle: permanentHandle.endorsement }, session],
      // nonceTPM, cpHashA, policyRef, expiration: for this session alone, without an end of its own
      parameters: [sized(noBytes), sized(noBytes), sized(noBytes), u32(0)],
      authorizations: [passwordAuthorization(password)],
    },
    (reader) => {
      reader.sized(longest.digest, 'a timeout');
      reader.u16('the tag of a ticket');
      reader.u32('the hierarchy of a ticket');
      reader.sized(longest.digest, 'the digest of a ticket');
    },
  );
}
