/** How people sign in, and for how long. */

export type SignInMode = 'passkeys' | 'links';

export interface SignInOptions {
  /**
   * `links`: whoever has a one-time activation link of the certifying authority is signed in by it. For a first look and for
   * browsers without an authenticator; said at start, in /healthz and on the pages.
   */
  readonly mode?: SignInMode;
  /** Origin that people open the pages at; a passkey belongs to its host name. `localhost` unless said otherwise. */
  readonly origin?: string | undefined;
  /** How long a session lasts, ms: at most as long as the authority certifies staff for. */
  readonly sessionMs?: number;
  /** Without a word of a person for so long a session is locked, ms. */
  readonly idleMs?: number;
  /** How long after an assertion dangerous deeds are open, ms. */
  readonly stepUpMs?: number;
  /** How long emergency access lasts, ms. */
  readonly emergencyMs?: number;
  /** How long an invitation can be used, ms. */
  readonly invitationMs?: number;
}

export type SignInSettings = Required<Omit<SignInOptions, 'origin'>> & Pick<SignInOptions, 'origin'>;

const minute = 60_000;
const hour = 60 * minute;

export function signInSettings(options: SignInOptions = {}): SignInSettings {
  return {
    mode: options.mode ?? 'links',
    origin: options.origin,
    sessionMs: options.sessionMs ?? 12 * hour,
    idleMs: options.idleMs ?? 15 * minute,
    stepUpMs: options.stepUpMs ?? 5 * minute,
    emergencyMs: options.emergencyMs ?? hour,
    invitationMs: options.invitationMs ?? 24 * hour,
  };
}
