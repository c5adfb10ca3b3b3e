// The running system: the hospital and the phones in processes of their own, the sensors in this one, as radios in the
// same room would be.
import { fileURLToPath } from 'node:url';
import { phoneOverTcp, type Sensor, scheduleOf, startSensor } from '@vitalseal/app-sensor';
import { formatClock, type ScaledTime, scaledClock } from '@vitalseal/recording';
import { type CardsAre, CardsInReaders } from '../process/cards-in-readers.ts';
import type { HospitalProcessOptions } from '../process/hospital-process.ts';
import { Phones } from '../process/phones.ts';
import { SensorsOnTheRadio } from '../process/sensors-on-the-radio.ts';
import { Supervised } from '../process/supervised.ts';
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

export class RunningDemo {
  readonly hospital: Supervised;
  readonly phones: Phones;
  readonly cards: CardsInReaders | undefined;
  readonly onTheRadio: SensorsOnTheRadio | undefined;
  readonly peopleUrl: string;
  readonly latencies: Latencies;
  readonly #options: RunningDemoOptions;
  readonly #phonePorts: readonly number[];
  #sensors: readonly Sensor[] = [];

  private constructor(
    options: RunningDemoOptions,
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
    const { world, beds, time, databaseUrl, pages, patientAttestation } = options;
    const clock = formatClock(time);
    const hospitalOptions: HospitalProcessOptions = {
      dataDir: world.hospitalDir,
      databaseUrl,
      devicesPort: world.devicesPort,
      peoplePort,
      pages,
      patientAttestation,
      clock,
    };
    this.#options = options;
    this.#phonePorts = phonePorts;
    this.cards = cards;
    this.onTheRadio = onTheRadio;
    this.peopleUrl = `http://127.0.0.1:${peoplePort}`;
    this.latencies = new Latencies(time);
    this.hospital = new Supervised({
      ...supervision(options, 'the hospital'),
      name: 'the hospital',
      args: [hospitalScript, JSON.stringify(hospitalOptions)],
    });
    this.phones = new Phones(
      {
        hospitalUrl: `https://127.0.0.1:${world.devicesPort}`,
        clock,
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
        ...supervision(options, 'the phones'),
        onConfirmed: (measuredAt, acknowledgedAt) => this.latencies.acknowledged(measuredAt, acknowledgedAt),
      },
    );
  }

  /** The hospital and the phones, up and waiting. */
  static async start(options: RunningDemoOptions): Promise<RunningDemo> {
    const [anyPort = 0, ...phonePorts] = await freePorts(options.beds.length + 1);
    const peoplePort = options.peoplePort === 0 ? anyPort : options.peoplePort;
    const cards = options.cards === 'pcsc' ? await cardsInReaders(options) : undefined;
    const onTheRadio = options.ble === 'emulated' ? await sensorsOnTheRadio(options) : undefined;
    const demo = new RunningDemo(options, { peoplePort, phonePorts, cards, onTheRadio });
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

  async startSensors(): Promise<void> {
    if (this.onTheRadio) {
      await this.onTheRadio.process.start();
      return;
    }
    const { world, beds, time } = this.#options;
    const clock = scaledClock(time);
    this.#sensors = await Promise.all(
      beds.map((bed, n) =>
        startSensor({
          device: world.sensorOf(bed),
          patient: bed.patient,
          readings: scheduleOf(bed.rows, time.origin),
          clock,
          connect: () => phoneOverTcp({ host: '127.0.0.1', port: this.#phonePorts[n] ?? 0, mtu }),
        }),
      ),
    );
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
    await Promise.all(this.#sensors.map((sensor) => sensor.stop()));
    await this.phones.process.stop();
    await this.onTheRadio?.stop();
    await this.cards?.stop();
    await this.hospital.stop();
  }
}

function sensorsOnTheRadio(options: RunningDemoOptions): Promise<SensorsOnTheRadio> {
  const { world, beds, time } = options;
  return SensorsOnTheRadio.prepare({ world, beds, clock: formatClock(time), mtu }, supervision(options, 'the sensors'));
}

function cardsInReaders(options: RunningDemoOptions): Promise<CardsInReaders> {
  const { world, beds, time } = options;
  return CardsInReaders.start(
    beds.map((bed) => world.phoneDir(bed)),
    formatClock(time),
    supervision(options, 'the cards'),
  );
}

function supervision({ onRestart, onTrouble }: RunningDemoOptions, name: string) {
  return {
    ...(onRestart && { onRestart: (restarts: number) => onRestart(name, restarts) }),
    ...(onTrouble && { onTrouble }),
  };
}
