/** Has the certificates of sessions that ended before their time revoked at the authority, and tries again while it is away. */
import { CertificateError } from '@vitalseal/certifying-authority';
import { HospitalError } from '../errors.ts';
import type { StaffRegistrar } from '../sign-in/staff-registrar.ts';
import type { Store } from '../store/open-store.ts';

export class EndedCertificates {
  readonly #store: Store;
  readonly #registrar: StaffRegistrar | undefined;
  readonly #onProblem: (error: unknown) => void;
  #revoking: Promise<void> | undefined;
  #again = false;

  constructor(store: Store, registrar: StaffRegistrar | undefined, onProblem: (error: unknown) => void) {
    this.#store = store;
    this.#registrar = registrar;
    this.#onProblem = onProblem;
  }

  /** Begins: nobody waits for an authority that is away. */
  revokeDue(): void {
    this.#again = true;
    this.#revoking ??= this.#run()
      .catch(this.#onProblem)
      .finally(() => {
        this.#revoking = undefined;
      });
  }

  async idle(): Promise<void> {
    await this.#revoking;
  }

  async #run(): Promise<void> {
    if (this.#registrar === undefined) return;
    while (this.#again) {
      this.#again = false;
      for (const { id, certificate } of await this.#store.sessions.toRevoke(Date.now())) {
        try {
          await this.#registrar.revoke(new Uint8Array(certificate));
          await this.#store.sessions.change(id, { revocation: 'done' });
        } catch (error) {
          // Not certified by us: an activation link's. The hospital itself takes it no more.
          if (isRefusal(error)) await this.#store.sessions.change(id, { revocation: 'refused' });
          else this.#onProblem(error);
          // Each of the others would wait as long for it, and so would a hospital that stops.
          if (error instanceof HospitalError && error.code === 'authority-unreachable') return;
        }
      }
    }
  }
}

function isRefusal(error: unknown): boolean {
  if (error instanceof HospitalError) return error.code === 'no-staff-registration';
  return error instanceof CertificateError && error.code === 'registration-refused';
}
