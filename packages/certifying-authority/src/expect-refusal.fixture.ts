// Tests of refusals: what is refused, and with which code.
import { CertificateError, type CertificateErrorCode } from './errors.ts';

export async function expectRefusal(attempt: Promise<unknown>, code: CertificateErrorCode): Promise<void> {
  const outcome = await attempt.then(
    () => 'no refusal',
    (error: unknown) => (error instanceof CertificateError ? error.code : error),
  );
  if (outcome !== code) throw new Error(`expected a refusal with ${code}, got ${String(outcome)}`);
}
