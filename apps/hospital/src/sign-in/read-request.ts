/** What a page sends to sign in, as JSON: nothing of it is believed before it was read here. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { type Bytes, type StaffRole, staffRoles } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';

const base64urlForm = /^[A-Za-z0-9_-]*$/;

export class RequestFields {
  readonly #fields: Readonly<Record<string, unknown>>;

  /** @throws HospitalError `malformed-request`, as everything here */
  constructor(body: unknown) {
    this.#fields = object(body);
  }

  text(name: string, most: number): string {
    return textOf(this.#fields[name], most);
  }

  optionalText(name: string, most: number): string | undefined {
    return this.#fields[name] === undefined ? undefined : this.text(name, most);
  }

  bytes(name: string, most: number): Bytes {
    return bytesOf(this.#fields[name], most);
  }

  roles(name: string): readonly StaffRole[] {
    const value = this.#fields[name];
    if (!Array.isArray(value) || value.length === 0 || value.length > staffRoles.length) throw malformed();
    return value.map((each) => staffRoles.find((role) => role === each) ?? fail());
  }

  registration(name: string): RegistrationResponseJSON {
    const { id, response } = credential(this.#fields[name]);
    const { transports } = response;
    const known = Array.isArray(transports) ? transports.filter((each) => typeof each === 'string').slice(0, 8) : [];
    return {
      id,
      rawId: id,
      type: 'public-key',
      response: {
        clientDataJSON: encoded(response.clientDataJSON, 2048),
        attestationObject: encoded(response.attestationObject, 8192),
        transports: known as RegistrationTransports,
      },
      clientExtensionResults: {},
    };
  }

  assertion(name: string): AuthenticationResponseJSON {
    return assertionOf(this.#fields[name]);
  }
}

type RegistrationTransports = NonNullable<RegistrationResponseJSON['response']['transports']>;

/** @throws HospitalError `malformed-request` */
export function parseAssertion(text: string): AuthenticationResponseJSON {
  try {
    return assertionOf(JSON.parse(text));
  } catch (cause) {
    throw new HospitalError('malformed-request', 'expected an assertion of WebAuthn in JSON', { cause });
  }
}

/** Only what is used, and nothing else that stands there. */
function assertionOf(value: unknown): AuthenticationResponseJSON {
  const { id, response } = credential(value);
  return {
    id,
    rawId: id,
    type: 'public-key',
    response: {
      clientDataJSON: encoded(response.clientDataJSON, 2048),
      authenticatorData: encoded(response.authenticatorData, 2048),
      signature: encoded(response.signature, 1024),
    },
    clientExtensionResults: {},
  };
}

function credential(value: unknown): { id: string; response: Readonly<Record<string, unknown>> } {
  const { id, rawId, type, response } = object(value);
  if (type !== 'public-key' || id !== rawId) throw malformed();
  return { id: encoded(id, 1400), response: object(response) };
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed();
  return value as Readonly<Record<string, unknown>>;
}

function textOf(value: unknown, most: number): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > most) throw malformed();
  return value;
}

function encoded(value: unknown, most: number): string {
  const text = textOf(value, most);
  if (!base64urlForm.test(text)) throw malformed();
  return text;
}

function bytesOf(value: unknown, most: number): Bytes {
  const text = encoded(value, Math.ceil((most * 4) / 3));
  const bytes = new Uint8Array(Buffer.from(text, 'base64url'));
  // One text a value: no second spelling of the same octets.
  if (Buffer.from(bytes).toString('base64url') !== text) throw malformed();
  return bytes;
}

function fail(): never {
  throw malformed();
}

function malformed(): HospitalError {
  return new HospitalError('malformed-request', 'expected a request to sign in as the pages make it');
}
