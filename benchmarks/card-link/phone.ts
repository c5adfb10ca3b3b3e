// The phone's side of the link: the gateway's own terminal, and the MHA's client on it.
import { Terminal } from '@vitalseal/app-patient';
import type { Bytes } from '@vitalseal/protocol';
import { MhaClient } from '@vitalseal/secure-element/terminal';
import type { InitiatingSensor } from '@vitalseal/secure-element/testing';
import type { Card } from '@vitalseal/uicc';
import { sampleMeasurements } from '../measure/sample-message.ts';
import { CountedCard, type LinkUse } from './counted-card.ts';
import { hospital, patient, sensor, type World } from './world.ts';

const pin = '2580';
const loopback: Bytes = Uint8Array.of(127, 0, 0, 1);

/** From the moment the readings are in the card to the opened acknowledgement. */
export interface Delivered {
  readonly link: LinkUse;
  readonly ms: number;
}

export class Phone {
  readonly #card: CountedCard;
  readonly #world: World;
  #terminal: Terminal;
  #client: MhaClient;
  #news = Promise.withResolvers<void>();

  private constructor(card: Card, world: World) {
    this.#card = new CountedCard(card);
    this.#world = world;
    this.#terminal = this.#newTerminal();
    this.#client = new MhaClient(this.#terminal);
  }

  /** With a card that is new: it gets PIN, certificate, bonds, and a channel with the sensor. */
  static async personalise(card: Card, world: World, its: InitiatingSensor): Promise<Phone> {
    const phone = new Phone(card, world);
    await phone.#terminal.start();
    const client = phone.#client;
    await client.select();
    await client.setFirstPin(pin);
    const chain = await world.certify(await client.generateKey(patient), patient);
    await client.installCertificates({ chain, anchors: world.anchors });
    await client.bond({ sensors: [sensor], hospital });
    await its.shakeHands((body) => client.answerSensorHandshake(body));
    return phone;
  }

  /** Of seven measurements each. Until `goOnline` they wait. */
  async handIn(its: InitiatingSensor, readings: number): Promise<LinkUse> {
    const records: Bytes[] = [];
    for (let n = 0; n < readings; n++) records.push(await its.seal(72, { measurements: sampleMeasurements(n) }));
    this.#card.takeErrands();
    await this.#client.takeSensorRecords(records);
    return this.#card.takeErrands();
  }

  /** The card learns where the hospital is, and delivers what waits. */
  async goOnline(readings: number): Promise<Delivered> {
    this.#begin();
    const started = performance.now();
    const port = this.#world.hospitalPort;
    await this.#client.putHospitalAddress({ name: 'localhost', port, address: loopback });
    return await this.#confirmed(readings, started);
  }

  async deliver(its: InitiatingSensor, readings: number): Promise<Delivered> {
    this.#begin();
    const started = performance.now();
    await this.handIn(its, readings);
    return await this.#confirmed(readings, started);
  }

  /** Power off and on: the card has no link any more, and does not know where the hospital is. */
  async restart(): Promise<void> {
    await this.#terminal.close();
    this.#terminal = this.#newTerminal();
    this.#client = new MhaClient(this.#terminal);
    await this.#terminal.start();
    await this.#client.select();
    await this.#client.verify(pin);
  }

  close(): Promise<void> {
    return this.#terminal.close();
  }

  #begin(): void {
    this.#card.takeToolkit();
    this.#card.takeErrands();
  }

  async #confirmed(readings: number, started: number): Promise<Delivered> {
    for (let confirmed = 0; confirmed < readings; ) {
      this.#news = Promise.withResolvers();
      for (const report of await this.#client.takeReports()) {
        if (report.kind === 'confirmed') confirmed += 1;
        if (report.kind === 'refused') throw new Error('expected a hospital that takes each reading');
      }
      if (confirmed < readings) await this.#news.promise;
    }
    return { link: this.#card.takeToolkit(), ms: performance.now() - started };
  }

  #newTerminal(): Terminal {
    const terminal = new Terminal({
      card: this.#card,
      senses: {
        timestamp: () => ({ utcMs: Date.now(), offsetMinutes: 60 }),
        location: () => ({ latitude: 52.520008, longitude: 13.404954, accuracyMetres: 12, at: Date.now() }),
      },
      served: () => this.#news.resolve(),
    });
    terminal.reachable.allow(loopback.join('.'), this.#world.hospitalPort);
    return terminal;
  }
}
