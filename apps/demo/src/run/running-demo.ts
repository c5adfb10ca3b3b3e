// The running system: the hospital and the phones in processes of their own, the sensors in this one, as radios in the
// same room would be.
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { phoneOverTcp, type Sensor, scheduleOf, startSensor } from '@vitalseal/app-sensor';
import type { ScaledTime } from '@vitalseal/recording';
import { type CardsAre, CardsInReaders } from '../process/cards-in-readers.ts';
import type { HospitalProcessOptions } from '../process/hospital-process.ts';
import { Phones } from '../process/phones.ts';
import { SensorsOnTheRadio } from '../process/sensors-on-the-radio.ts';
import { type ClockBegan, SharedClock } from '../process/shared-clock.ts';
import { Supervised, type Supervision } from '../process/supervised.ts';
import { Latencies } from '../report/report.ts';
import type { Bed } from '../scenario/bed.ts';
import { freePorts } from '../world/free-ports.ts';
import type { World } from '../world/world.ts';

export interface RunningDemoOptions {
  readonly world: World;
  readonly beds: readonly Bed[];
  readonly time: ScaledTime;
  readonly databaseUrl?: string | undefined;
  readonly peoplePort: number;
  readonly pages: HospitalProcessOptions['pages'];
  readonly patientAttestation?: HospitalProcessOptions['patientAttestation'];
  readonly cards: CardsAre;
  /** Sensors and phones over emulated Bluetooth LE, in place of TCP. */
  readonly ble?: 'emulated' | undefined;
  readonly onRestart?: (name: string, restarts: number) => void;
  readonly onTrouble?: (line: string) => void;
}

const hospitalScript = fileURLToPath(new URL('../process/hospital-process.ts', import.meta.url));
/** Usual for Bluetooth LE on today's phones. */
const mtu = 185;
/** In ms. */
const lookForLinksEvery = 50;

export class RunningDemo {
  readonly clock: SharedClock;
  readonly hospital: Supervised;
  readonly phones: Phones;
  readonly cards: CardsInReaders | undefined;
  readonly onTheRadio: SensorsOnTheRadio | undefined;
  readonly peopleUrl: string;
  readonly latencies: Latencies;
  readonly #options: RunningDemoOptions;
  readonly #phonePorts: readonly number[];
  #sensors: readonly Sensor[] = [];
  #stopping = false;

  private constructor(
    options: RunningDemoOptions,
    clock: SharedClock,
    {
      peoplePort,
      phonePorts,
      cards,
      onTheRadio,
    }: {
      peoplePort: number;
      phonePorts: readonly number[];
      cards: CardsInReaders | undefined;
      onTheRadio: SensorsOnTheRadio | undefined;
    },
  ) {
    const { world, beds, databaseUrl, pages, patientAttestation } = options;
    const hospitalOptions: HospitalProcessOptions = {
      dataDir: world.hospitalDir,
      databaseUrl,
      devicesPort: world.devicesPort,
      peoplePort,
      pages,
      patientAttestation,
    };
    this.#options = options;
    this.clock = clock;
    this.#phonePorts = phonePorts;
    this.cards = cards;
    this.onTheRadio = onTheRadio;
    this.peopleUrl = `http://127.0.0.1:${peoplePort}`;
    this.latencies = new Latencies(clock);
    this.hospital = new Supervised({
      ...supervision(options, clock, 'the hospital'),
      name: 'the hospital',
      script: hospitalScript,
      options: hospitalOptions,
    });
    this.phones = new Phones(
      {
        hospitalUrl: `https://127.0.0.1:${world.devicesPort}`,
        phones: beds.map((bed, n) => ({
          dataDir: world.phoneDir(bed),
          pinFile: world.pinFile(bed),
          port: phonePorts[n] ?? 0,
          adapter: onTheRadio?.phonesAdapters[n],
          place: bed.place,
          inReader: cards?.inReaders[n],
        })),
      },
      {
        ...supervision(options, clock, 'the phones'),
        onConfirmed: (measuredAt, acknowledgedAt) => this.latencies.acknowledged(measuredAt, acknowledgedAt),
      },
    );
  }

  /** The hospital and the phones, up and waiting. */
  static async start(options: RunningDemoOptions): Promise<RunningDemo> {
    const [anyPort = 0, ...phonePorts] = await freePorts(options.beds.length + 1);
    const peoplePort = options.peoplePort === 0 ? anyPort : options.peoplePort;
    const clock = new SharedClock(options.time);
    const cards = options.cards === 'pcsc' ? await cardsInReaders(options, clock) : undefined;
    const onTheRadio = options.ble === 'emulated' ? await sensorsOnTheRadio(options, clock) : undefined;
    const demo = new RunningDemo(options, clock, { peoplePort, phonePorts, cards, onTheRadio });
    try {
      await demo.hospital.start();
      await demo.phones.process.start();
    } catch (error) {
      await demo.stop();
      throw error;
    }
    return demo;
  }

  /** All that may be killed. */
  get processes(): readonly Supervised[] {
    const more = [this.cards?.process, this.onTheRadio?.process].filter((process) => process !== undefined);
    return [this.hospital, this.phones.process, ...more];
  }

  /** Settles when one of them is beyond help. */
  get failed(): Promise<never> {
    return Promise.race(this.processes.map(({ failed }) => failed));
  }

  /** They look for their phones, and measure when the clock has begun. */
  async startSensors(): Promise<void> {
    if (this.onTheRadio) {
      await this.onTheRadio.process.start();
      return;
    }
    const { world, beds } = this.#options;
    const { clock } = this;
    this.#sensors = await Promise.all(
      beds.map((bed, n) =>
        startSensor({
          device: world.sensorOf(bed),
          patient: bed.patient,
          readings: scheduleOf(bed.rows, clock.time.origin),
          clock,
          connect: () => phoneOverTcp({ host: '127.0.0.1', port: this.#phonePorts[n] ?? 0, mtu }),
        }),
      ),
    );
  }

  /** Sets the clock going, in every process, when each sensor is linked with its phone; or ends with the demo. */
  async begin(): Promise<void> {
    while (this.linked < this.#options.beds.length) {
      await wait(lookForLinksEvery);
      if (this.#stopping) return;
    }
    const clockBeganAt = Date.now();
    // The sensors hear it last: who takes a reading knows what time it is.
    for (const process of this.processes) process.send({ clockBeganAt } satisfies ClockBegan);
    this.clock.begin(clockBeganAt);
  }

  /** Sensors that have shaken hands with their patients' elements and are on a link with their phones. */
  get linked(): number {
    return this.onTheRadio?.linked ?? this.#sensors.filter(({ linked }) => linked).length;
  }

  /** When every reading is measured and every element has confirmed it. */
  async sensorsFinished(): Promise<void> {
    await Promise.all([this.onTheRadio?.finished, ...this.#sensors.map(({ finished }) => finished)]);
  }

  get measured(): number {
    if (this.onTheRadio) return this.onTheRadio.measured;
    return this.#sensors.reduce((total, sensor) => total + sensor.counts().measured, 0);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#sensors.map((sensor) => sensor.stop()));
    await this.phones.process.stop();
    await this.onTheRadio?.stop();
    await this.cards?.stop();
    await this.hospital.stop();
  }
}

function sensorsOnTheRadio(options: RunningDemoOptions, clock: SharedClock): Promise<SensorsOnTheRadio> {
  const { world, beds } = options;
  return SensorsOnTheRadio.prepare({ world, beds, mtu }, supervision(options, clock, 'the sensors'));
}

function cardsInReaders(options: RunningDemoOptions, clock: SharedClock): Promise<CardsInReaders> {
  const { world, beds } = options;
  return CardsInReaders.start(
    beds.map((bed) => world.phoneDir(bed)),
    supervision(options, clock, 'the cards'),
  );
}

function supervision({ onRestart, onTrouble }: RunningDemoOptions, clock: SharedClock, name: string): Supervision {
  return {
    clock,
    ...(onRestart && { onRestart: (restarts: number) => onRestart(name, restarts) }),
    ...(onTrouble && { onTrouble }),
  };
}
