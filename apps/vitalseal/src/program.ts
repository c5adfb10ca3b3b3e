import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';

/** A part of the system that has a command; loaded only when it is the one asked for, so that `triage` starts fast. */
interface Part {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const parts: readonly Part[] = [
  {
    name: 'demo',
    summary: 'run the whole system on this machine, over real recordings',
    load: async () => (await import('@vitalseal/app-demo')).demoCommand(),
  },
  {
    name: 'triage',
    summary: "say what the hospital's rules make of a recording",
    load: async () => (await import('@vitalseal/app-hospital')).triageCommand(),
  },
  {
    name: 'ca',
    summary: 'the certifying authority: certificates, activation codes, revocation',
    load: async () => (await import('@vitalseal/app-certifying-authority')).certifyingAuthorityCommand(),
  },
  {
    name: 'hospital',
    summary: 'the hospital: takes readings in, scores them, raises and sends alarms',
    load: async () => (await import('@vitalseal/app-hospital')).hospitalCommand(builtPages()),
  },
  {
    name: 'audit',
    summary: "verify exports and proofs of the hospital's audit log, offline",
    load: async () => (await import('@vitalseal/app-hospital')).auditCommand(),
  },
  {
    name: 'patient',
    summary: "the patient's phone without a screen, with its secure element",
    load: async () => (await import('@vitalseal/app-patient')).patientCommand(),
  },
  {
    name: 'card',
    summary: "the patient's UICC, as a card of the PC/SC stack",
    load: async () => (await import('@vitalseal/app-card')).cardCommand(),
  },
  {
    name: 'sensor',
    summary: 'a sensor: of a recording, a script or a simulated patient; sealed, or a standard Bluetooth one',
    load: async () => (await import('@vitalseal/app-sensor')).sensorCommand(),
  },
];

/** The pages that `npm run build` made, so that the hospital serves them without being told where they are. */
function builtPages(): Record<'doctor' | 'ambulance' | 'office' | 'patient', string | undefined> {
  const built = (page: string, part = '') => {
    const folder = fileURLToPath(new URL(`../../${page}/${part}dist`, import.meta.url));
    return existsSync(folder) ? folder : undefined;
  };
  return {
    doctor: built('doctor'),
    ambulance: built('ambulance'),
    office: built('office'),
    patient: built('patient', 'web/'),
  };
}

/** The program with the one part that `args` asks for loaded whole, and the others by name. */
export async function program(args: readonly string[]): Promise<Command> {
  const root = new Command('vitalseal')
    .description('Remote patient monitoring in which every hop is sealed, certified and confirmed')
    .version('0.1.0')
    // An option belongs to the command it stands behind: `card --data` and `card status --data` are two.
    .enablePositionalOptions();
  for (const part of parts) {
    const command = args[0] === part.name ? await part.load() : new Command(part.name);
    root.addCommand(command.name(part.name).description(part.summary));
  }
  return throwing(root);
}

/** Commander exits the process by itself, and in its own voice, unless each command is told otherwise. */
function throwing(command: Command): Command {
  command.exitOverride().configureOutput({
    // One line, its guess at what was meant included.
    outputError: (text, write) =>
      write(
        `vitalseal: ${text
          .replace(/^error: /, '')
          .trim()
          .replaceAll('\n', ' ')}\n`,
      ),
  });
  for (const sub of command.commands) throwing(sub);
  return command;
}
