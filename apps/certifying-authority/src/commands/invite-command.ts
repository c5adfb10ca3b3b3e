// vitalseal ca invite
import { activationLink } from '@vitalseal/certifying-authority';
import { formatIdentity, type Role, roles } from '@vitalseal/protocol';
import { Command, Option } from 'commander';
import { addressOf } from './address.ts';
import { openAuthority } from './open-authority.ts';
import {
  collect,
  dataOption,
  identityFrom,
  jsonOption,
  parseDuration,
  parseFingerprint,
  parseRole,
  parseUrl,
} from './options.ts';
import { formatTime, writeJson, writeLines } from './output.ts';

interface InviteOptions {
  data: string;
  role: Role;
  id: string;
  valid: number;
  url?: string;
  serverName?: readonly string[];
  registrationAuthority?: boolean;
  staffRegistration?: boolean;
  tpm?: string;
  qr?: boolean;
  linkOnly?: true;
  json?: true;
}

const loopbackNames = ['localhost', '127.0.0.1', '::1'];

export function inviteCommand(): Command {
  return new Command('invite')
    .summary('make a one-time activation code')
    .description(
      'Makes a code with which one device gets its certificate, once, for this role and id. Give the code, the link or the QR code to nobody else: whoever has it can be that person or device.',
    )
    .addOption(dataOption())
    .requiredOption('--role <role>', roles.join(', '), parseRole)
    .requiredOption('--id <id>', 'identifier: letters, digits, dots, underscores, hyphens')
    .addOption(
      new Option('--valid <duration>', 'how long the code can be used: 30m, 24h, 7d')
        .argParser(parseDuration)
        .default(86_400_000, '24h'),
    )
    .option(
      '--url <url>',
      'where the device enrols: the page of the hospital, or the authority (default: as given to "ca init")',
      parseUrl,
    )
    .option(
      '--server-name <name>',
      "for a hospital: a name its servers may have (may be repeated; default: this machine's loopback names)",
      collect,
    )
    .option(
      '--registration-authority',
      "for a hospital: it may have its patients' cards certified, and so needs no code for each of them",
    )
    .option(
      '--staff-registration',
      'for a hospital: it may have its staff certified, for a session each, when they sign in with their passkeys',
    )
    .option('--tpm <fingerprint>', 'for a hospital: approve its TPM, as "ca approve-tpm" does', parseFingerprint)
    .option('--qr', 'draw the link as a QR code even if the output is no terminal')
    .option('--no-qr', 'draw no QR code')
    .option('--link-only', 'write the link and nothing else, for scripts')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  vitalseal ca invite --data ./authority --role sensor --id chest-strap --valid 7d\n  vitalseal sensor enrol "$(vitalseal ca invite --data ./authority --role sensor --id chest-strap --link-only)" --data ./strap',
    )
    .action(
      async ({
        data,
        role,
        id,
        valid,
        url,
        serverName,
        registrationAuthority = false,
        staffRegistration = false,
        tpm,
        qr,
        linkOnly,
        json,
      }: InviteOptions) => {
        const authority = await openAuthority(data);
        const identity = identityFrom({ role, id });
        const serverNames = serverName ?? (role === 'hospital' ? loopbackNames : []);
        const { code, expiresAt } = await authority.invite({
          identity,
          ttl: valid,
          serverNames,
          registrationAuthority,
          staffRegistration,
        });
        if (tpm !== undefined) await authority.approveTpm(identity, tpm);
        const { rootFingerprint } = authority;
        const link = activationLink({ url: url ?? (await addressOf(data)).href, identity, code, rootFingerprint });
        if (linkOnly) return writeLines(link);
        if (json)
          return writeJson({
            identity: formatIdentity(identity),
            code,
            link,
            expiresAt: formatTime(expiresAt),
            rootFingerprint,
          });
        writeLines(
          `For ${formatIdentity(identity)}, once, until ${formatTime(expiresAt)}`,
          '',
          `code  ${code}`,
          `link  ${link}`,
          `root  ${rootFingerprint}`,
        );
        if (!(qr ?? process.stdout.isTTY)) return;
        const { default: qrCode } = await import('qrcode');
        writeLines('', await qrCode.toString(link, { type: 'terminal', small: true, errorCorrectionLevel: 'L' }));
      },
    );
}
