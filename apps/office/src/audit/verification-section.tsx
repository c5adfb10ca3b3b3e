export function VerificationSection() {
  return null;
}
