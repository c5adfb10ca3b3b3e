// vitalseal hospital invite
import { activationLink, decodePem, fingerprint } from '@vitalseal/certifying-authority';
import { formatIdentity, type Identity } from '@vitalseal/protocol';
import { Command } from 'commander';
import qrcode from 'qrcode';
import { HospitalError } from '../errors.ts';
import { hospitalFiles, readText } from '../keys/hospital-folder.ts';
import { databaseOption, dataOption, identifier, tier } from './options.ts';
import { writeLines } from './output.ts';
import { rosterChanged, type StorePlace, withStore } from './with-store.ts';

interface InviteOptions extends StorePlace {
  doctor?: string;
  ambulance?: string;
  name?: string;
  tier: number;
  offCall?: true;
  code?: string;
  url: string;
}

export function inviteCommand(): Command {
  return new Command('invite')
    .summary('register a doctor or an ambulance crew, and put them on or off call')
    .description(
      'Doctors on call are sent alarms: tier 1 at once, each next tier when nobody has acknowledged. Crews on call are sent calls. With the activation code of `vitalseal ca invite` it also prints the one-time sign-in link of their page.',
    )
    .addOption(dataOption())
    .addOption(databaseOption())
    .option('--doctor <id>', "identity in the doctor's certificate", identifier)
    .option('--ambulance <id>', "identity in the crew's certificate", identifier)
    .option('--name <name>', 'how they are called (default: the identity)')
    .option('--tier <tier>', 'who is called first: 1 to 9', tier, 1)
    .option('--off-call', 'registered, but sent nothing')
    .option('--code <code>', 'activation code, for the sign-in link')
    .option('--url <url>', 'origin that people reach the hospital by, for the sign-in link', 'http://127.0.0.1:8080')
    .action(async (options: InviteOptions) => {
      const identity = identityOf(options);
      const { name = identity.id, offCall } = options;
      await withStore(options, async (store) => {
        await store.people.register({
          identity: formatIdentity(identity),
          role: identity.role,
          name,
          tier: options.tier,
          on_call: offCall ? 0 : 1,
        });
        await rosterChanged(store);
      });
      writeLines(`${identity.role} "${identity.id}" is ${offCall ? 'off call' : `on call, tier ${options.tier}`}.`);
      if (options.code !== undefined) await writeLink(options, identity, options.code);
    });
}

function identityOf({ doctor, ambulance }: InviteOptions): Identity {
  if (doctor !== undefined && ambulance === undefined) return { role: 'doctor', id: doctor };
  if (ambulance !== undefined && doctor === undefined) return { role: 'ambulance', id: ambulance };
  throw new HospitalError('invalid-option', 'expected either --doctor or --ambulance');
}

async function writeLink({ data, url }: InviteOptions, identity: Identity, code: string): Promise<void> {
  const [root] = decodePem('CERTIFICATE', readText(data, hospitalFiles.root) ?? '');
  if (root === undefined || !URL.canParse(url)) {
    throw new HospitalError('invalid-option', 'expected an enrolled hospital and a URL');
  }
  const page = new URL(`/${identity.role}/`, url).href;
  const link = activationLink({ url: page, identity, code, rootFingerprint: await fingerprint(root) });
  writeLines(await qrcode.toString(link, { type: 'terminal', small: true }), link);
}
