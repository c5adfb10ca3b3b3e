// An authority in memory with a clock that tests move, and devices that enrol with it.
import type { Bytes, Identity } from '@vitalseal/protocol';
import type { CertificateHolder } from '../est/est-client.ts';
import { generateKeyPair, type KeyPair, signEs256 } from '../key/key-pair.ts';
import { createRequest } from '../request/create-request.ts';
import { Authority, type AuthorityOptions } from './authority.ts';
import type { InvitationOptions } from './enrolment.ts';
import { type HolderProof, type ProofPurpose, proofInput } from './holder-proof.ts';
import { memoryStore } from './memory-store.ts';

export class TestClock {
  at = Date.UTC(2026, 5, 15, 12);
  readonly now = (): number => this.at;

  pass(milliseconds: number): void {
    this.at += milliseconds;
  }
}

export interface TestAuthority {
  readonly authority: Authority;
  readonly clock: TestClock;
  readonly options: AuthorityOptions;
}

export async function newAuthority(options: Partial<AuthorityOptions> = {}): Promise<TestAuthority> {
  const clock = new TestClock();
  const all = { store: memoryStore(), now: clock.now, ...options };
  return { authority: await Authority.init(all), clock, options: all };
}

export interface Device {
  readonly identity: Identity;
  readonly keys: KeyPair;
  readonly certificate: Bytes;
}

export async function enrolDevice(
  authority: Authority,
  identity: Identity,
  rights: Pick<InvitationOptions, 'serverNames' | 'registrationAuthority' | 'staffRegistration'> = {},
): Promise<Device> {
  const keys = await generateKeyPair({ extractable: true });
  const { code } = await authority.invite({ identity, ...rights });
  const certificate = await authority.enrol(await createRequest(keys, identity), { identity, code });
  return { identity, keys, certificate };
}

export async function proofBy(
  { certificate, keys }: Device,
  purpose: ProofPurpose,
  octets: Bytes,
): Promise<HolderProof> {
  return { kind: 'signature', certificate, signature: await signEs256(keys.privateKey, proofInput(purpose, octets)) };
}

/** As the holder of its certificate, for an EST client. */
export function holderOf({ certificate, keys }: Device): CertificateHolder {
  return { certificate, sign: (octets) => signEs256(keys.privateKey, octets) };
}
