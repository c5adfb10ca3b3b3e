/** Where the hospital keeps its keys, as `vitalseal hospital init` was told and `hospital.json` says ever since. */
import { HospitalError } from '../errors.ts';

export type KeyPlace =
  | { readonly kind: 'software' }
  | {
      readonly kind: 'tpm';
      /** `swtpm:/run/swtpm/sock`, `tcp:host:port` or `/dev/tpmrm0`. */
      readonly address: string;
      /** The register that this release is measured into: the wrapping key is released for its value alone. */
      readonly pcr: number;
    };

/** @throws HospitalError `keys-unsaid` */
export function parseKeyPlace(value: unknown): KeyPlace {
  const { kind, address, pcr } = (value ?? {}) as { kind?: unknown; address?: unknown; pcr?: unknown };
  if (kind === 'software') return { kind };
  if (kind === 'tpm' && typeof address === 'string' && typeof pcr === 'number') return { kind, address, pcr };
  throw new HospitalError('keys-unsaid', 'expected hospital.json to say where the keys are: in a TPM or in software');
}
