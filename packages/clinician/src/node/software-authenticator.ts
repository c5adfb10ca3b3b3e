// A WebAuthn authenticator of software (W3C Web Authentication level 3, section 6), so that a clinician without a screen
// signs in by the same routes as a person: P-256 (ES256), no attestation, the user verified, a signature counter. Its
// keys are in the memory of the process, or in a file if one is named: it proves possession of that, and of no person.
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { type Bytes, type CborValue, encodeCbor } from '@vitalseal/protocol';
import { ClinicianError } from '../errors.ts';
import type {
  AuthenticationResponseJSON,
  Passkeys,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../passkey/passkeys.ts';

interface Passkey {
  readonly id: string;
  readonly rpId: string;
  readonly userHandle: string;
  readonly privateKey: KeyObject;
  counter: number;
}

/** As it is kept: the key as PKCS #8 in base64. */
export interface KeptPasskey {
  readonly id: string;
  readonly rpId: string;
  readonly userHandle: string;
  readonly privateKey: string;
  readonly counter: number;
}

export interface SoftwareAuthenticatorOptions {
  /** Of the page that a person would be on: it goes into what is signed. */
  readonly origin: string;
  readonly passkeys?: readonly KeptPasskey[];
  /** Called before an answer is given, so that a counter never goes back. */
  readonly keep?: (passkeys: readonly KeptPasskey[]) => Promise<void>;
}

const es256 = -7;
// User present, user verified; and with a new key, attested credential data included (section 6.1).
const presentAndVerified = 0x05;
const withCredentialData = 0x45;
/** Of an authenticator that names no model. */
const noModel = Buffer.alloc(16);

export class SoftwareAuthenticator implements Passkeys {
  readonly #options: SoftwareAuthenticatorOptions;
  readonly #passkeys: Passkey[];

  constructor(options: SoftwareAuthenticatorOptions) {
    this.#options = options;
    this.#passkeys = (options.passkeys ?? []).map((kept) => ({ ...kept, privateKey: keyFrom(kept.privateKey) }));
  }

  get passkeys(): readonly KeptPasskey[] {
    return this.#passkeys.map(({ privateKey, ...passkey }) => ({ ...passkey, privateKey: textOf(privateKey) }));
  }

  async create(options: PublicKeyCredentialCreationOptionsJSON): Promise<RegistrationResponseJSON> {
    const { origin } = this.#options;
    const rpId = this.#expectOwn(options.rp.id);
    if (!options.pubKeyCredParams.some(({ alg }) => alg === es256)) {
      throw new ClinicianError('passkey-unavailable', 'expected a hospital that takes ES256');
    }
    if (options.excludeCredentials?.some(({ id }) => this.#passkeys.some((passkey) => passkey.id === id))) {
      throw new ClinicianError('passkey-known', 'expected an authenticator that is not registered yet');
    }
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = randomBytes(32);
    this.#passkeys.push({ id: id.toString('base64url'), rpId, userHandle: options.user.id, privateKey, counter: 0 });
    await this.#keep();
    const credential = Buffer.concat([noModel, twoBytes(id.length), id, coseKey(publicKey)]);
    const authData = Buffer.concat([head(rpId, withCredentialData, 0), credential]);
    const attestation = new Map<string, CborValue>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(authData)],
    ]);
    return {
      id: id.toString('base64url'),
      rawId: id.toString('base64url'),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData('webauthn.create', options.challenge, origin).toString('base64url'),
        attestationObject: Buffer.from(encodeCbor(attestation)).toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  async assert(options: PublicKeyCredentialRequestOptionsJSON): Promise<AuthenticationResponseJSON> {
    const rpId = this.#expectOwn(options.rpId);
    const allowed = options.allowCredentials ?? [];
    const passkey = this.#passkeys.findLast(
      (one) => one.rpId === rpId && (allowed.length === 0 || allowed.some(({ id }) => id === one.id)),
    );
    if (passkey === undefined) throw new ClinicianError('passkey-declined', 'expected a passkey of this hospital here');
    passkey.counter += 1;
    await this.#keep();
    const authData = head(rpId, presentAndVerified, passkey.counter);
    const client = clientData('webauthn.get', options.challenge, this.#options.origin);
    const signed = Buffer.concat([authData, createHash('sha256').update(client).digest()]);
    return {
      id: passkey.id,
      rawId: passkey.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: sign('sha256', signed, passkey.privateKey).toString('base64url'),
        userHandle: passkey.userHandle,
      },
    };
  }

  /** As a browser does: a page may ask for its own name, or a domain above it. */
  #expectOwn(rpId: string | undefined): string {
    const { hostname } = new URL(this.#options.origin);
    const asked = rpId ?? hostname;
    if (hostname === asked || hostname.endsWith(`.${asked}`)) return asked;
    throw new ClinicianError('passkey-unavailable', 'expected a hospital that asks for its own name');
  }

  async #keep(): Promise<void> {
    await this.#options.keep?.(this.passkeys);
  }
}

/** The authenticator data up to the counter: the hash of the relying party's name, flags, counter. */
function head(rpId: string, flags: number, counter: number): Buffer {
  const rest = Buffer.alloc(5);
  rest.writeUInt8(flags, 0);
  rest.writeUInt32BE(counter, 1);
  return Buffer.concat([createHash('sha256').update(rpId).digest(), rest]);
}

function clientData(type: 'webauthn.create' | 'webauthn.get', challenge: string, origin: string): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

/** RFC 9052, section 7, as section 6.5.1.1 of the specification wants it. */
function coseKey(publicKey: KeyObject): Bytes {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const bytes = (text: string): Bytes => new Uint8Array(Buffer.from(text, 'base64url'));
  const key: readonly (readonly [number, CborValue])[] = [
    [1, 2],
    [3, es256],
    [-1, 1],
    [-2, bytes(x)],
    [-3, bytes(y)],
  ];
  return encodeCbor(new Map(key));
}

function twoBytes(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

const textOf = (key: KeyObject): string => key.export({ format: 'der', type: 'pkcs8' }).toString('base64');

function keyFrom(text: string): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
  } catch (cause) {
    throw new ClinicianError('key-store-unavailable', 'expected the readable key of a passkey', { cause });
  }
}
