// The hospital's desk for people who have no channel yet: what it asks of them, registration and sign-in. Plain JSON; what
// makes it safe is in what is signed: the assertion covers the key that the session is for, and the certificate that
// comes back is judged by its path.
import { parseIdentity, type StaffRole, staffRoles } from '@vitalseal/protocol';
import { ClinicianError } from '../errors.ts';
import { RefusedRequest } from '../link/ask.ts';
import { isTemporary, type Transport } from '../link/transport.ts';

export interface Person {
  readonly role: StaffRole;
  readonly id: string;
  readonly name: string;
}

/** What the hospital asks of whoever wants to come in. */
export interface SignInOffer {
  readonly mode: 'passkeys' | 'links';
  readonly hospital?: string;
  /** The one origin whose pages its passkeys are for. */
  readonly origin?: string;
}

/** A JSON object of the hospital's, of which nothing is known yet. */
export interface Answer {
  readonly [name: string]: unknown;
}

/** @throws ClinicianError `hospital-unreachable`, `hospital-busy`, `sign-in-refused` */
export async function signInOffer(transport: Transport): Promise<SignInOffer> {
  const { mode, hospital, origin } = await answerOf(transport, 'sign-in');
  if (mode !== 'passkeys' && mode !== 'links') throw notUnderstood('a way of signing in');
  return {
    mode,
    ...(typeof hospital === 'string' && { hospital: hospitalName(hospital) }),
    ...(typeof origin === 'string' && { origin }),
  };
}

/** @throws ClinicianError `hospital-unreachable`, `hospital-busy`, `sign-in-refused` with the hospital's code as cause */
export function askDesk(transport: Transport, path: string, question: Answer): Promise<Answer> {
  return answerOf(transport, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
}

async function answerOf({ hospitalUrl, fetch }: Transport, path: string, init: RequestInit = {}): Promise<Answer> {
  const unreachable = (cause: unknown): never => {
    throw new ClinicianError('hospital-unreachable', 'expected an answer from the hospital', { cause });
  };
  const url = new URL(path, hospitalUrl);
  const response = await fetch(url, { ...init, credentials: 'omit', cache: 'no-store' }).catch(unreachable);
  const text = await response.text().catch(unreachable);
  const answer = objectIn(text);
  if (response.ok && answer !== undefined) return answer;
  const code = answer?.code;
  if (typeof code !== 'string' && isTemporary(response)) {
    throw new ClinicianError('hospital-busy', 'expected a hospital that has time');
  }
  const cause = new RefusedRequest(typeof code === 'string' ? code : undefined);
  throw new ClinicianError('sign-in-refused', 'expected the hospital to take this sign-in', { cause });
}

function objectIn(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Answer) : undefined;
  } catch {
    return undefined;
  }
}

export function textIn(answer: Answer, name: string): string {
  const value = answer[name];
  if (typeof value !== 'string') throw notUnderstood(`a text as ${name}`);
  return value;
}

/** The options of a passkey ceremony: judged by the authenticator that they are for. */
export function optionsIn<Options>({ options }: Answer): Options {
  if (typeof options !== 'object' || options === null) throw notUnderstood('options of a passkey');
  return options as Options;
}

export function personIn({ person }: Answer): Person {
  if (typeof person !== 'object' || person === null) throw notUnderstood('a person');
  const { role, id, name } = person as Answer;
  const known = staffRoles.find((one) => one === role);
  if (known === undefined || typeof id !== 'string' || typeof name !== 'string') throw notUnderstood('a person');
  return { role: known, id, name };
}

export function notUnderstood(expected: string): ClinicianError {
  return new ClinicianError('message-not-understood', `expected ${expected} in the hospital's answer`);
}

function hospitalName(text: string): string {
  try {
    return parseIdentity(text).id;
  } catch {
    throw notUnderstood("the hospital's identity");
  }
}
