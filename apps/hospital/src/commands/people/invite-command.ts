// vitalseal hospital invite
import { activationLink, decodePem, fingerprint } from '@vitalseal/certifying-authority';
import { type Bytes, formatIdentity, type Identity } from '@vitalseal/protocol';
import { Command } from 'commander';
import qrcode from 'qrcode';
import { operator } from '../../audit/acts.ts';
import { HospitalError } from '../../errors.ts';
import { hospitalFiles, readText } from '../../keys/hospital-folder.ts';
import { registerPerson } from '../../people/person-register.ts';
import { staffChanged } from '../../sessions/staff-changed.ts';
import { invitationLink, invitePerson } from '../../sign-in/invitations.ts';
import { usualOrigin } from '../../sign-in/usual-origin.ts';
import type { Store } from '../../store/open-store.ts';
import { databaseOption, dataOption, tier, wholeNumber } from '../options.ts';
import { writeLines } from '../output.ts';
import { type StorePlace, withStore } from '../with-store.ts';
import { personOf, personOptions, type WhichPerson } from './which-person.ts';

interface InviteOptions extends StorePlace, WhichPerson {
  name?: string;
  tier: number;
  offCall?: true;
  code?: string;
  url?: string;
  hours: number;
  link: boolean;
  linkOnly?: true;
}

export function inviteCommand(): Command {
  return personOptions(
    new Command('invite')
      .summary('register one of the staff, and make their one-time link to register a passkey')
      .description(
        'Prints a link that works once and for a day: who opens it registers a passkey and signs in with it from then on. Give it to nobody else. An invitation that was open before is void. Doctors on call are sent alarms: tier 1 at once, each next tier when nobody has acknowledged; crews on call are sent calls. The first administrator of a hospital is invited here; they invite the others on their page.',
      )
      .addOption(dataOption())
      .addOption(databaseOption()),
  )
    .option('--name <name>', 'how they are called (default: as before, or the identity)')
    .option('--tier <tier>', 'who is called first: 1 to 9', tier, 1)
    .option('--off-call', 'registered, but sent nothing')
    .option('--no-link', 'change what is said of them, and invite nobody')
    .option('--url <url>', 'origin that people open the pages at (default: that of the hospital when it last served)')
    .option('--hours <hours>', 'how long the link can be used', wholeNumber, 24)
    .option(
      '--code <code>',
      'for a hospital that is served with --sign-in links: activation code of `vitalseal ca invite`, for a sign-in link',
    )
    .option('--link-only', 'write the link and nothing else, for scripts')
    .addHelpText(
      'after',
      '\nExample:\n  vitalseal hospital invite --data hospital --administrator ada --url https://hospital.example\n  vitalseal hospital invite --data hospital --doctor jones --tier 2 --off-call --no-link',
    )
    .action(invite);
}

async function invite(options: InviteOptions): Promise<void> {
  const person = personOf(options);
  const link = await withStore(options, async (store) => {
    await register(store, person, options);
    if (!options.link) return undefined;
    const url = options.url ?? (await usualOrigin(store));
    const invite = () => passkeyLink(store, person, url, options);
    if (options.code === undefined) return invite();
    // Whom an administrator has shut out is invited again by this, too; nobody is given that link.
    await invite();
    return codeLink(person, url, options.code, options.data);
  });
  if (options.linkOnly) {
    if (link !== undefined) writeLines(link);
    return;
  }
  const call = options.offCall ? 'off call' : `on call, tier ${options.tier}`;
  const called = person.role === 'doctor' || person.role === 'ambulance';
  writeLines(`${person.role} "${person.id}" is ${called ? call : 'registered'}.`);
  if (link === undefined) return;
  writeLines(await qrcode.toString(link, { type: 'terminal', small: true, errorCorrectionLevel: 'L' }), link);
}

async function register(store: Store, person: Identity, options: InviteOptions): Promise<void> {
  const { role, id } = person;
  const identity = formatIdentity(person);
  const { tier: called, offCall } = options;
  const isCalled = role === 'doctor' || role === 'ambulance';
  const name = options.name ?? (await store.people.find(identity))?.name ?? id;
  if (name.length > 256) throw new HospitalError('invalid-option', 'expected a name of at most 256 characters');
  const row = { identity, role, name, tier: called, on_call: offCall || !isCalled ? 0 : 1 };
  await store.transaction((db) => registerPerson(store, row, operator(), db));
}

async function passkeyLink(store: Store, person: Identity, url: string, options: InviteOptions): Promise<string> {
  if (!URL.canParse(url) || options.hours === 0) {
    throw new HospitalError('invalid-option', 'expected a URL, and a link that holds for some hours');
  }
  const rootFingerprint = await fingerprint(rootOf(options.data));
  const { token } = await store.transaction(async (db) => {
    await staffChanged(store, db);
    const inviting = { actor: operator(), at: Date.now(), lifetimeMs: options.hours * 3_600_000 };
    return invitePerson(store, { person: formatIdentity(person), ...inviting }, db);
  });
  return invitationLink(new URL(url).origin, person, { token, rootFingerprint });
}

async function codeLink(identity: Identity, url: string, code: string, data: string): Promise<string> {
  if (!URL.canParse(url)) throw new HospitalError('invalid-option', 'expected a URL');
  const page = new URL(`/${identity.role}/`, url).href;
  return activationLink({ url: page, identity, code, rootFingerprint: await fingerprint(rootOf(data)) });
}

function rootOf(data: string): Bytes {
  const [root] = decodePem('CERTIFICATE', readText(data, hospitalFiles.root) ?? '');
  if (root === undefined) throw new HospitalError('not-initialised', 'expected an enrolled hospital');
  return root;
}
