/** What `init` and `recover` are told alike: where the keys are to be, and by which invitation the hospital is certified. */
import { parseActivationLink } from '@vitalseal/certifying-authority';
import type { Identity } from '@vitalseal/protocol';
import { parseTpmAddress, usualReleaseRegister } from '@vitalseal/tpm';
import { type Command, Option } from 'commander';
import { HospitalError } from '../errors.ts';
import type { KeyPlace } from '../keys/key-place.ts';
import { collect, identifier } from './options.ts';

export interface KeyPlaceOptions {
  readonly tpm?: string;
  readonly keys?: 'software';
}

export interface ClaimOptions {
  readonly link?: string;
  readonly ca?: string;
  readonly root?: string;
  readonly code?: string;
  readonly id: string;
  readonly serverName?: readonly string[];
}

export interface Claim {
  readonly authorityUrl: string;
  readonly rootFingerprint: string;
  readonly code: string;
  readonly identity: Identity;
}

export function withKeyPlaceOptions(command: Command): Command {
  return command
    .option('--tpm <address>', 'keys in this TPM: /dev/tpmrm0, swtpm:/path/to/socket, tcp:host:port')
    .addOption(new Option('--keys <place>', 'keys in files of the data folder, without a TPM').choices(['software']));
}

export function withClaimOptions(command: Command): Command {
  return command
    .option('--link <url>', 'activation link, instead of --ca, --root, --code and --id')
    .option('--ca <url>', 'origin of the certifying authority')
    .option('--root <fingerprint>', 'SHA-256 of its root, 64 hexadecimal digits')
    .option('--code <code>', 'activation code')
    .option('--id <id>', 'identity of the hospital', identifier, 'hospital')
    .option('--server-name <name>', 'a further DNS name or address it is reached by (may be repeated)', collect);
}

/** @throws HospitalError `invalid-option`, TpmError `tpm-address-malformed` */
export function keyPlaceOf({ tpm, keys }: KeyPlaceOptions): KeyPlace {
  if ((tpm === undefined) === (keys === undefined)) {
    throw new HospitalError(
      'invalid-option',
      'expected --tpm ADDRESS for keys in a TPM, or --keys software for keys in files, which a copy of the folder takes along',
    );
  }
  if (tpm === undefined) return { kind: 'software' };
  parseTpmAddress(tpm);
  return { kind: 'tpm', address: tpm, pcr: usualReleaseRegister };
}

export function serverNamesOf({ serverName = [] }: Pick<ClaimOptions, 'serverName'>): readonly string[] {
  return ['localhost', '127.0.0.1', ...serverName];
}

/** @throws HospitalError `invalid-option` */
export function claimOf({ link, ca, root, code, id }: ClaimOptions): Claim {
  if (link !== undefined) {
    const { url, identity, code: linkCode, rootFingerprint } = parseActivationLink(link);
    if (identity.role !== 'hospital') {
      throw new HospitalError('invalid-option', "expected the link of a hospital's invitation");
    }
    return { authorityUrl: new URL(url).origin, rootFingerprint, code: linkCode, identity };
  }
  if (ca === undefined || root === undefined || code === undefined) {
    throw new HospitalError('invalid-option', 'expected --link, or --ca, --root and --code');
  }
  if (!URL.canParse(ca) || !/^[0-9a-f]{64}$/i.test(root)) {
    throw new HospitalError('invalid-option', 'expected a URL at --ca and 64 hexadecimal digits at --root');
  }
  return {
    authorityUrl: new URL(ca).origin,
    rootFingerprint: root.toLowerCase(),
    code,
    identity: { role: 'hospital', id },
  };
}
