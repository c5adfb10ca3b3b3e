// What makes and uses a person's passkey (W3C Web Authentication): in a page the browser, with whatever the person holds
// or touches; in a program without a screen the authenticator of node/software-authenticator.ts. The hospital's options
// and the answers travel as the JSON forms of the specification.
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser';

export type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
};

export interface Passkeys {
  /** @throws ClinicianError `passkey-unavailable`, `passkey-declined` */
  create(options: PublicKeyCredentialCreationOptionsJSON): Promise<RegistrationResponseJSON>;
  /** @throws ClinicianError `passkey-unavailable`, `passkey-declined` */
  assert(options: PublicKeyCredentialRequestOptionsJSON): Promise<AuthenticationResponseJSON>;
}
