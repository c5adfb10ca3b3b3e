// vitalseal hospital init
import { parseActivationLink } from '@vitalseal/certifying-authority';
import { usualReleaseRegister } from '@vitalseal/tpm';
import { Command, Option } from 'commander';
import { prepareAttestation } from '../attestation/prepare-attestation.ts';
import { HospitalError } from '../errors.ts';
import { enrolHospital } from '../keys/enrol-hospital.ts';
import type { KeyPlace } from '../keys/key-place.ts';
import { openKeyStore } from '../keys/open-key-store.ts';
import { readHospitalKeys } from '../keys/read-hospital-keys.ts';
import { linesOf } from './attestation-command.ts';
import { collect, dataOption, identifier } from './options.ts';
import { writeLines } from './output.ts';

interface InitOptions {
  data: string;
  link?: string;
  ca?: string;
  root?: string;
  code?: string;
  id: string;
  serverName?: readonly string[];
  tpm?: string;
  keys?: 'software';
}

export function initCommand(): Command {
  return new Command('init')
    .summary('enrol the hospital with the certifying authority')
    .description(
      "Makes the hospital's keys and has them certified: its own by the activation code that `vitalseal ca invite` gave, its listeners' by a proof with the first.",
    )
    .addOption(dataOption())
    .option('--link <url>', 'activation link, instead of --ca, --root, --code and --id')
    .option('--ca <url>', 'origin of the certifying authority')
    .option('--root <fingerprint>', 'SHA-256 of its root, 64 hexadecimal digits')
    .option('--code <code>', 'activation code')
    .option('--id <id>', 'identity of the hospital', identifier, 'hospital')
    .option('--server-name <name>', 'a further DNS name or address it is reached by (may be repeated)', collect)
    .option('--tpm <address>', 'keys in this TPM: /dev/tpmrm0, swtpm:/path/to/socket, tcp:host:port')
    .addOption(new Option('--keys <place>', 'keys in files of the data folder, without a TPM').choices(['software']))
    .action(async (options: InitOptions) => {
      const keys = keyPlaceOf(options);
      const { authorityUrl, rootFingerprint, code, identity } = claimOf(options);
      const serverNames = ['localhost', '127.0.0.1', ...(options.serverName ?? [])];
      await enrolHospital({ dataDir: options.data, authorityUrl, rootFingerprint, identity, code, serverNames, keys });
      await sayAttestation(options.data);
      writeLines(`The hospital "${identity.id}" is enrolled. Next: vitalseal hospital serve --data ${options.data}`);
    });
}

/** What of it is still missing; an authority that is away is no failure of the enrolment. */
async function sayAttestation(dataDir: string): Promise<void> {
  const keyStore = await openKeyStore(dataDir);
  try {
    const state = await prepareAttestation(dataDir, await readHospitalKeys(dataDir, keyStore));
    if (state.state !== 'software') writeLines(...linesOf(state));
  } finally {
    await keyStore.close();
  }
}

function keyPlaceOf({ tpm, keys }: InitOptions): KeyPlace {
  if ((tpm === undefined) === (keys === undefined)) {
    throw new HospitalError(
      'invalid-option',
      'expected --tpm ADDRESS for keys in a TPM, or --keys software for keys in files, which a copy of the folder takes along',
    );
  }
  return tpm === undefined ? { kind: 'software' } : { kind: 'tpm', address: tpm, pcr: usualReleaseRegister };
}

function claimOf({ link, ca, root, code, id }: InitOptions) {
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
    identity: { role: 'hospital', id } as const,
  };
}
