// The demo as one looks at it: pages on the loopback interface, and a console that says what to open and what happens.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DemoError } from '../errors.ts';
import type { CardsAre } from '../process/cards-in-readers.ts';
import type { Bed } from '../scenario/bed.ts';
import { attestApp } from '../world/attest-app.ts';
import { administrator, auditor, crew, doctor, type World } from '../world/world.ts';
import { narrate } from './narrate.ts';
import { carriedSpeed, replayTime } from './replay-time.ts';
import { RunningDemo } from './running-demo.ts';

export interface WithPagesOptions {
  readonly world: World;
  readonly beds: readonly Bed[];
  readonly speed: number;
  readonly databaseUrl?: string | undefined;
  readonly peoplePort: number;
  readonly cards: CardsAre;
  readonly ble?: 'emulated' | undefined;
  /** Resolves when somebody ends the demo. */
  readonly interrupted: Promise<void>;
}

const pages = {
  doctor: fileURLToPath(new URL('../../../doctor/dist', import.meta.url)),
  ambulance: fileURLToPath(new URL('../../../ambulance/dist', import.meta.url)),
  office: fileURLToPath(new URL('../../../office/dist', import.meta.url)),
  patient: fileURLToPath(new URL('../../../patient/web/dist', import.meta.url)),
};

export async function runWithPages({
  world,
  beds,
  databaseUrl,
  peoplePort,
  cards,
  ble,
  interrupted,
  ...options
}: WithPagesOptions): Promise<void> {
  const speed = carriedSpeed(beds, options.speed);
  for (const folder of Object.values(pages)) {
    if (!existsSync(folder))
      throw new DemoError('demo-pages-missing', 'expected built pages: run "npm run build" first');
  }
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const demo = await RunningDemo.start({
    world,
    beds,
    time: replayTime(beds, speed, 'goes on'),
    databaseUrl,
    peoplePort,
    pages,
    patientAttestation: await attestApp(world, pages.patient),
    cards,
    ble,
    onRestart: (name) => print(`! ${name} died and was started again`),
    onTrouble: (line) => process.stderr.write(`${line}\n`),
  });
  try {
    await demo.startSensors();
    print(
      welcome({
        beds: beds.length,
        speed,
        doctorLink: await world.invite(doctor, demo.peopleUrl),
        crewLink: await world.invite(crew, demo.peopleUrl),
        appLink: await world.inviteApp(demo.peopleUrl),
        administratorLink: await world.invite(administrator, demo.peopleUrl),
        auditorLink: await world.invite(auditor, demo.peopleUrl),
        hospitalPid: demo.hospital.pid,
      }),
    );
    void demo.begin();
    const narration = narrate({ demo, store: world.store, beds, print });
    await Promise.race([interrupted, demo.failed]);
    narration.end();
    print('\nStopping.');
  } finally {
    await demo.stop();
  }
}

interface Welcome {
  readonly beds: number;
  readonly speed: number;
  readonly doctorLink: string;
  readonly crewLink: string;
  readonly appLink: string;
  readonly administratorLink: string;
  readonly auditorLink: string;
  readonly hospitalPid: number | undefined;
}

function welcome(links: Welcome): string {
  const { beds, speed, doctorLink, crewLink, appLink, administratorLink, auditorLink, hospitalPid } = links;
  return `
Vitalseal demo: ${beds} patients, ${speed} times as fast as life. One of them gets worse within two minutes.

Open in two browser windows (each link signs in one device, once):

  Doctor     ${doctorLink}

  Ambulance  ${crewLink}

And, in a private window, one more patient, whose phone that browser becomes (the link serves once):

  Patient    ${appLink}

And, each in a browser or a private window of its own, those who see no reading:

  Administrator  ${administratorLink}

  Auditor        ${auditorLink}

Every reading travels sealed: sensor → phone → secure element → hospital → doctor.
Try "kill -9 ${hospitalPid ?? ''}": the hospital comes back, and no reading is lost. Ctrl-C ends the demo and deletes its data.
`;
}
