/**
 * Signing in with a passkey (WebAuthn). What the passkey signs holds the hash of the device's new key, so that its word for
 * one device is none for another; the answer is a certificate for that key, for one session.
 */
import { createHash, randomBytes } from 'node:crypto';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { CertificateError, fingerprint, verifyRequest } from '@vitalseal/certifying-authority';
import { type Bytes, constantTimeEqual, type Identity, parseIdentity } from '@vitalseal/protocol';
import { systemActor } from '../audit/acts.ts';
import { passkeyDigest, passkeyName } from '../audit/check-access.ts';
import { HospitalError } from '../errors.ts';
import { codeOf } from '../refusal.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { staffChanged } from '../sessions/staff-changed.ts';
import type { Store } from '../store/open-store.ts';
import type { PersonRow } from '../store/people.ts';
import { Assertions } from './assertions.ts';
import { Ceremonies } from './ceremonies.ts';
import { findInvitation } from './invitations.ts';
import { base64url, verifyRegistration } from './passkey-answers.ts';
import { RequestFields } from './read-request.ts';
import { RefusalsTold } from './refusals-told.ts';
import type { RelyingParty } from './relying-party.ts';
import type { SignInSettings } from './sign-in-settings.ts';
import type { StaffRegistrar } from './staff-registrar.ts';
import { webAuthn } from './web-authn.ts';

export interface SignInDeskOptions {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly settings: SignInSettings;
  readonly hospital: Identity;
  /** DER. */
  readonly root: Bytes;
  readonly registrar: StaffRegistrar | undefined;
  readonly party: () => RelyingParty;
  readonly now: () => number;
}

export interface PersonNamed {
  readonly role: string;
  readonly id: string;
  readonly name: string;
}

export interface SignedIn {
  readonly person: PersonNamed;
  readonly session: string;
  readonly chain: readonly string[];
  readonly root: string;
  readonly rootFingerprint: string;
  readonly expiresAt: number;
  readonly idleMs: number;
  readonly stepUpMs: number;
}

interface Registering {
  readonly person: string;
  readonly challenge: Bytes;
}

interface SigningIn {
  readonly challenge: Bytes;
  readonly keyHash: Bytes;
}

const mostPasskeys = 16;
const ceremonyMs = 5 * 60_000;

export class SignInDesk {
  readonly assertions: Assertions;
  readonly #options: SignInDeskOptions;
  readonly #registrations: Ceremonies<Registering>;
  readonly #signIns: Ceremonies<SigningIn>;
  readonly #refusals: RefusalsTold;

  constructor(options: SignInDeskOptions) {
    this.#options = options;
    this.assertions = new Assertions(options);
    this.#registrations = new Ceremonies({ now: options.now, lifetimeMs: ceremonyMs });
    this.#signIns = new Ceremonies({ now: options.now, lifetimeMs: ceremonyMs });
    this.#refusals = new RefusalsTold({ audit: options.store.audit, now: options.now });
  }

  async describe(): Promise<Readonly<Record<string, unknown>>> {
    const { settings, hospital, root, party } = this.#options;
    const common = {
      mode: settings.mode,
      hospital: `urn:vitalseal:hospital:${hospital.id}`,
      root: base64url(root),
      rootFingerprint: await fingerprint(root),
      sessionMs: settings.sessionMs,
      idleMs: settings.idleMs,
    };
    if (settings.mode === 'links') return common;
    const { id, origin } = party();
    return { ...common, origin, rpId: id };
  }

  /** What a device is asked to make a passkey for. @throws HospitalError */
  async registrationOptions(
    body: unknown,
  ): Promise<{ ceremony: string; person: PersonNamed; options: PublicKeyCredentialCreationOptionsJSON }> {
    return this.#told('passkey-registered', systemActor, async () => {
      const { store, party, now, hospital } = this.#options;
      const { person: identity } = await findInvitation(store, new RequestFields(body).text('token', 64), now());
      const person = await this.#onStaff(identity);
      const challenge = new Uint8Array(randomBytes(32));
      const known = await store.passkeys.ofPerson(identity);
      const { generateRegistrationOptions } = await webAuthn();
      const options = await generateRegistrationOptions({
        rpName: `Vitalseal ${hospital.id}`,
        rpID: party().id,
        userName: parseIdentity(identity).id,
        userDisplayName: person.name,
        userID: new Uint8Array(createHash('sha256').update(`vitalseal person\0${identity}`).digest()),
        challenge,
        attestationType: 'none',
        excludeCredentials: known.map(({ id }) => ({ id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        supportedAlgorithmIDs: [-7, -8, -257],
      });
      return { ceremony: this.#registrations.begin({ person: identity, challenge }), person: named(person), options };
    });
  }

  /** The token is used up by this, and by nothing less. @throws HospitalError */
  async register(body: unknown): Promise<{ person: PersonNamed }> {
    return this.#told('passkey-registered', systemActor, async () => {
      const { store, party, now } = this.#options;
      const fields = new RequestFields(body);
      const token = fields.text('token', 64);
      const label = fields.optionalText('label', 64) ?? 'passkey';
      const begun = this.#registrations.take(fields.text('ceremony', 64));
      if (begun === undefined) throw ceremonyUnknown();
      const { person: identity, challenge } = begun;
      const passkey = await verifyRegistration(fields.registration('response'), { challenge, party: party() });
      const at = now();
      const person = await this.#onStaff(identity);
      await store.transaction(async (db) => {
        const invitation = await findInvitation(store, token, at, db);
        if (invitation.person !== identity) throw ceremonyUnknown();
        if (!(await store.invitations.use(invitation.token_hash, at, db))) {
          throw new HospitalError('invitation-used', 'expected an invitation not used before');
        }
        if ((await store.passkeys.ofPerson(identity, db)).length >= mostPasskeys) {
          throw new HospitalError('passkey-refused', `expected at most ${mostPasskeys} passkeys of one person`);
        }
        const added = await store.passkeys.add(
          {
            id: passkey.id,
            person: identity,
            public_key: passkey.publicKey,
            counter: passkey.counter,
            transports: JSON.stringify(passkey.transports),
            label,
            registered_at: at,
            used_at: null,
            removed_at: null,
          },
          db,
        );
        if (!added) throw new HospitalError('passkey-refused', 'expected a passkey that was never registered here');
        const by = { invitation: invitation.token_hash };
        const what = { passkey: passkeyName(passkey.id), key: passkeyDigest(passkey.publicKey), ...by };
        store.audit.append(db, { kind: 'passkey-registered', actor: identity, what });
        await staffChanged(store, db);
      });
      return { person: named(person) };
    });
  }

  async signInOptions(body: unknown): Promise<{ ceremony: string; options: PublicKeyCredentialRequestOptionsJSON }> {
    this.#expectPasskeys();
    const spki = new RequestFields(body).bytes('spki', 256);
    const keyHash = hashOf(spki);
    const challenge = new Uint8Array(Buffer.concat([randomBytes(32), keyHash]));
    const { generateAuthenticationOptions } = await webAuthn();
    const options = await generateAuthenticationOptions({
      rpID: this.#options.party().id,
      challenge,
      userVerification: 'required',
    });
    return { ceremony: this.#signIns.begin({ challenge, keyHash }), options };
  }

  /** @throws HospitalError, CertificateError */
  async signIn(body: unknown): Promise<SignedIn> {
    let actor = systemActor;
    return this.#told(
      'sign-in-refused',
      () => actor,
      async () => {
        const { sessions, registrar, settings, root } = this.#options;
        const fields = new RequestFields(body);
        const csr = fields.bytes('csr', 4096);
        const roles: readonly string[] = fields.roles('roles');
        const response = fields.assertion('response');
        const begun = this.#signIns.take(fields.text('ceremony', 64));
        if (begun === undefined) throw ceremonyUnknown();
        await expectRequestOfKey(csr, begun.keyHash);
        const passkey = await this.assertions.verify(response, begun.challenge);
        actor = passkey.person;
        const person = await this.#onStaff(passkey.person);
        if (!roles.includes(person.role)) {
          throw new HospitalError('role-not-served', 'expected the page of the role of whose passkey it is');
        }
        if (registrar === undefined) throw new HospitalError('authority-unknown', 'expected a certifying authority');
        const identity = parseIdentity(person.identity);
        const { chain } = await registrar.certify(csr, identity);
        const [leaf] = chain;
        if (leaf === undefined) throw new HospitalError('authority-unreachable', 'expected a certificate');
        const opening = { person: identity, method: 'passkey', passkey: passkey.id, certificate: leaf } as const;
        const session = await sessions.open(opening).catch(async (error: unknown) => {
          // Shut out meanwhile, and certified for nothing: no channel rests on it here, with the authority away or not.
          if (codeOf(error) === 'not-admitted') await registrar.revoke(leaf).catch(() => undefined);
          throw error;
        });
        return {
          person: named(person),
          session: session.id,
          chain: chain.map(base64url),
          root: base64url(root),
          rootFingerprint: await fingerprint(root),
          expiresAt: session.expiresAt,
          idleMs: settings.idleMs,
          stepUpMs: settings.stepUpMs,
        };
      },
    );
  }

  /** @throws HospitalError `not-admitted` */
  async #onStaff(identity: string): Promise<PersonRow> {
    const person = await this.#options.store.people.find(identity);
    if (person === undefined) throw new HospitalError('not-admitted', 'expected a member of staff');
    return person;
  }

  #expectPasskeys(): void {
    if (this.#options.settings.mode === 'passkeys') return;
    throw new HospitalError('passkeys-off', 'expected a hospital at which people sign in with passkeys');
  }

  /** Does it; a refusal stands in the audit log. */
  async #told<Result>(
    kind: 'sign-in-refused' | 'passkey-registered',
    actor: string | (() => string),
    work: () => Promise<Result>,
  ): Promise<Result> {
    this.#expectPasskeys();
    try {
      return await work();
    } catch (error) {
      const refused = codeOf(error);
      const who = typeof actor === 'string' ? actor : actor();
      if (refused !== undefined) {
        const act = { kind, actor: who, refused };
        await (who === systemActor ? this.#refusals.tell(act) : this.#options.store.audit.record(act));
      }
      throw error;
    }
  }
}

/** The key that the passkey signed for, and a request by whoever holds it. */
async function expectRequestOfKey(csr: Bytes, keyHash: Bytes): Promise<void> {
  let spki: Bytes;
  try {
    spki = (await verifyRequest(csr)).publicKeySpki;
  } catch (cause) {
    if (!(cause instanceof CertificateError)) throw cause;
    throw new HospitalError('sign-in-malformed', 'expected a certification request by its own key', { cause });
  }
  if (!constantTimeEqual(hashOf(spki), keyHash)) {
    throw new HospitalError('sign-in-malformed', 'expected a request of the key that the passkey signed for');
  }
}

function hashOf(spki: Bytes): Bytes {
  return new Uint8Array(createHash('sha256').update(spki).digest());
}

function named({ identity, name }: PersonRow): PersonNamed {
  const { role, id } = parseIdentity(identity);
  return { role, id, name };
}

function ceremonyUnknown(): HospitalError {
  return new HospitalError('ceremony-unknown', 'expected an answer to what was asked a moment ago, once');
}
