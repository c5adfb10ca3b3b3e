// vitalseal hospital card invite
import { decodePem } from '@vitalseal/certifying-authority';
import type { CardPolicy, HospitalServer } from '@vitalseal/uicc/global-platform';
import { Command, Option } from 'commander';
import qrcode from 'qrcode';
import { appLink } from '../../card-administration/app-link.ts';
import { expectRegistrationAuthority } from '../../card-administration/card-registrar.ts';
import { inviteCard } from '../../card-administration/invite-card.ts';
import { HospitalError } from '../../errors.ts';
import { hospitalFiles, readParticulars, readText } from '../../keys/hospital-folder.ts';
import { collect, databaseOption, dataOption, identifier } from '../options.ts';
import { writeJson, writeLines } from '../output.ts';
import { type StorePlace, withStore } from '../with-store.ts';
import { address, duration, policySetting, pollSeconds } from './card-options.ts';

interface InviteCardOptions extends StorePlace {
  patient: string;
  sensor?: readonly string[];
  address: HospitalServer;
  valid: number;
  poll: number;
  policy?: CardPolicy;
  qr?: boolean;
  codeOnly?: true;
  app?: string;
  json?: true;
}

export function inviteCardCommand(): Command {
  return new Command('invite')
    .summary('make the activation code of a fresh card')
    .description(
      'A fresh card that is given this code, once, calls the hospital and is made the card of this patient: keys, certificate, sensors, policy. Give the code to nobody else: whoever has it first has that place. The hospital must be a registration authority (`vitalseal ca invite ... --registration-authority`).',
    )
    .addOption(dataOption())
    .addOption(databaseOption())
    .requiredOption('--patient <id>', 'a patient under care', identifier)
    .option(
      '--sensor <id>',
      'a sensor that the card listens to (may be repeated)',
      (text, before?: readonly string[]) => collect(identifier(text), before),
    )
    .addOption(
      new Option('--address <host:port>', 'where cards reach the listener for devices')
        .argParser(address)
        .default({ host: '127.0.0.1', port: 8443 }, '127.0.0.1:8443'),
    )
    .addOption(
      new Option('--valid <duration>', 'how long the code can be used: 30m, 24h, 7d')
        .argParser(duration)
        .default(86_400_000, '24h'),
    )
    .addOption(
      new Option('--poll <seconds>', 'how often the card is to ask for orders').argParser(pollSeconds).default(60),
    )
    .option(
      '--policy <name=number>',
      'a setting of its policy (may be repeated); see `card policy --help`',
      policySetting,
    )
    .option(
      '--app <origin>',
      "where the hospital's pages are: the code as a link that opens the patient's app, https://hospital.example",
      appOrigin,
    )
    .option('--qr', 'draw the code as a QR code even if the output is no terminal')
    .option('--no-qr', 'draw no QR code')
    .option('--code-only', 'write the code and nothing else, for scripts')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  vitalseal hospital card invite --data hospital --patient anna --sensor chest-strap',
    )
    .action(async (options: InviteCardOptions) => {
      const { data, patient, sensor: sensors = [], address: server, valid: validMs, poll, policy = {} } = options;
      expectReachable(data, server);
      expectRegistrationAuthority({ chain: decodePem('CERTIFICATE', readText(data, hospitalFiles.chain) ?? '') });
      const invitation = { patient, sensors, server, policy, validMs, pollSeconds: poll };
      const { administrationId, code, expiresAt } = await withStore(options, (store) => inviteCard(store, invitation));
      const until = new Date(expiresAt).toISOString();
      const link = options.app === undefined ? undefined : appLink(options.app, code);
      if (options.codeOnly) return writeLines(code);
      if (options.json)
        return writeJson({ card: administrationId, patient, code, expiresAt: until, ...(link && { link }) });
      writeLines(
        `For a card of patient "${patient}", once, until ${until}`,
        '',
        `card  ${administrationId}`,
        `code  ${code}`,
        ...(link === undefined ? [] : [`app   ${link}`]),
      );
      if (!(options.qr ?? process.stdout.isTTY)) return;
      writeLines('', await qrcode.toString(link ?? code, { type: 'terminal', small: true, errorCorrectionLevel: 'L' }));
    });
}

/** @throws HospitalError `invalid-option`: a browser gives an app its keys and its Bluetooth on such an origin alone */
function appOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1';
  if (url === undefined || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback))) {
    throw new HospitalError('invalid-option', 'expected --app with an https origin, or http on this machine');
  }
  return url.origin;
}

/** The card believes a server by this name alone, so the listener's certificate must have it. */
function expectReachable(data: string, { host }: HospitalServer): void {
  const { serverNames } = readParticulars(data);
  if (!serverNames.some((name) => name.toLowerCase() === host.toLowerCase())) {
    throw new HospitalError(
      'invalid-option',
      `expected --address with a name of the hospital's certificate: ${serverNames.join(', ')}`,
    );
  }
}
