// What `vitalseal ca` prints: lines for people, one line of JSON for programs.

import { isRegistrationAuthority, type ListedCertificate, registersStaff } from '@vitalseal/certifying-authority';
import { formatIdentity } from '@vitalseal/protocol';

export function writeLines(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

export function writeJson(value: unknown): void {
  writeLines(JSON.stringify(value));
}

export function formatTime(utcMs: number): string {
  return new Date(utcMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Who or what a certificate is for. */
export function holderOf(record: ListedCertificate): string {
  const { kind, identity, serverNames, release } = record;
  const names = serverNames.join(', ');
  if (kind === 'server') return `server ${names}`;
  if (kind === 'release-signer') return 'signer of releases';
  if (kind === 'release') return `release ${release}`;
  if (identity === undefined) return 'unknown';
  if (kind === 'attestation-key') return `attestation key of the TPM of ${formatIdentity(identity)}`;
  const rights = [
    ...(mayRegister(record) ? ['registration authority'] : []),
    ...(mayRegisterStaff(record) ? ['certifies staff'] : []),
  ];
  return `${formatIdentity(identity)}${rights.length > 0 ? ` (${rights.join(', ')})` : ''}`;
}

/** Whether the holder may have cards certified for patients. */
export function mayRegister({ kind, certificate }: ListedCertificate): boolean {
  return kind === 'identity' && isRegistrationAuthority(certificate);
}

/** Whether the holder may have its staff certified, for a session each. */
export function mayRegisterStaff({ kind, certificate }: ListedCertificate): boolean {
  return kind === 'identity' && registersStaff(certificate);
}

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
