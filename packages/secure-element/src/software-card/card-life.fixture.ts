// The life of a card from its first PIN to its last confirmed reading, put in again after each loss of power. Its owner
// does what a phone does: what was refused is done again, what was not acknowledged is sent again.

import type { Bytes } from '@vitalseal/protocol';
import { decodeCommand, encodeResponse } from '@vitalseal/uicc';
import { SecureElementError } from '../errors.ts';
import { MhaClient } from '../mha/client/mha-client.ts';
import { memoryStorage } from '../storage/memory-storage.ts';
import { type CertifiedParty, CertifiedWorld } from '../testing/certified-world.ts';
import { hospitalIdentity, patientIdentity, sensorIdentity } from '../testing/element-in-service.ts';
import { InitiatingSensor } from '../testing/initiating-sensor.ts';
import { RespondingHospital } from '../testing/responding-hospital.ts';
import { TestTerminal } from '../testing/test-terminal.ts';
import { assembleCard } from './assemble-card.ts';
import type { SoftwareCard } from './card-parts.ts';
import { type Moment, PowerSupply } from './power-cut.fixture.ts';

const firstPin = '2580';
const secondPin = '97531';
export const measured = 6;

export interface Surroundings {
  readonly world: CertifiedWorld;
  readonly sensorParty: CertifiedParty;
  readonly hospitalParty: CertifiedParty;
}

export async function surroundings(): Promise<Surroundings> {
  const world = await CertifiedWorld.make(Date.now());
  return { world, sensorParty: await world.party(sensorIdentity), hospitalParty: await world.party(hospitalIdentity) };
}

interface PoweredCard {
  readonly card: SoftwareCard;
  readonly terminal: TestTerminal;
  readonly client: MhaClient;
  /** The one that was right; undefined on a fresh card. */
  readonly pin: string | undefined;
}

export class CardLife {
  readonly #world: CertifiedWorld;
  readonly #store = memoryStorage();
  readonly sensor: InitiatingSensor;
  readonly hospital: RespondingHospital;
  #power: PowerSupply;
  /** Of which one is right: two while a change of it is under way. */
  #pins: readonly string[] = [firstPin];
  #powered: PoweredCard | undefined;
  losses = 0;
  commits = 0;

  constructor({ world, sensorParty, hospitalParty }: Surroundings, cutAt: number, moment: Moment) {
    const now = Date.now;
    this.#world = world;
    this.#power = new PowerSupply(cutAt, moment);
    this.sensor = new InitiatingSensor({ party: sensorParty, root: world.root, patient: patientIdentity, now });
    this.hospital = new RespondingHospital({ party: hospitalParty, root: world.root, now });
  }

  async live(): Promise<void> {
    const { sensor } = this;
    await this.step(({ client, pin }) => (pin === undefined ? client.setFirstPin(firstPin) : undefined));
    await this.step(async ({ client }) => {
      const chain = await this.#world.certify(await client.generateKey(patientIdentity), patientIdentity);
      await client.installCertificates({ chain, anchors: [this.#world.root] });
    });
    await this.step(({ client }) => client.bond({ sensors: [sensorIdentity] }));
    await this.step(({ client }) => sensor.shakeHands((body) => client.answerSensorHandshake(body)));
    for (let reading = 0; reading < measured; reading++) {
      await this.#send(await sensor.seal(60 + reading));
      if (reading === 1) {
        this.#pins = [firstPin, secondPin];
        await this.step(({ client, pin }) => (pin === secondPin ? undefined : client.changePin(firstPin, secondPin)));
        this.#pins = [secondPin];
      }
      if (reading === 3) await this.deliver();
      if (reading === 4) {
        await this.step(({ client }) => client.verify('0000').catch(unlessRefused));
        await this.#takeOut();
      }
    }
    await this.deliver();
  }

  async display() {
    return await this.step(({ client }) => client.display());
  }

  async end(): Promise<void> {
    this.commits += this.#power.commits;
    await this.#takeOut();
  }

  /** The page carries what the card has sealed. */
  async deliver(): Promise<void> {
    const { hospital } = this;
    let waiting = true;
    while (waiting) {
      waiting = await this.step(async ({ client }) => {
        const request = await client.takeRequest();
        if (request) {
          const { number, path, body } = request;
          const answer = await hospital.answer(path, body);
          await client.giveAnswer({ number, answer: { ...answer, retryAfterMs: 0 } });
        } else await new Promise((resolve) => setTimeout(resolve, 1));
        return (await client.duty()).waiting > 0;
      });
    }
  }

  /** As the sensor does it: until it is acknowledged. */
  async #send(record: Bytes): Promise<void> {
    const answer = await this.step(({ client }) => client.takeSensorRecords([record]));
    const { acknowledgements } = await this.sensor.open(answer);
    if (acknowledgements.flatMap(({ results }) => results).length !== 1) throw new Error('expected an acknowledgement');
  }

  /** Does the step until no power is lost in it. */
  async step<T>(work: (powered: PoweredCard) => T): Promise<Awaited<T>> {
    for (;;) {
      try {
        if (this.#power.lost) await this.#takeOut();
        this.#powered ??= await this.#putIn();
        return await work(this.#powered);
      } catch (error) {
        if (!this.#power.lost) throw error;
      }
    }
  }

  async #putIn(): Promise<PoweredCard> {
    const card = await assembleCard({
      storage: this.#power.supply(this.#store),
      deviceKey: new Uint8Array(32).fill(9),
      release: '0.1.0',
      turn: () => new Promise((resolve) => setImmediate(resolve)),
      carrier: 'page',
      mha: { backoff: { firstMs: 1, mostMs: 5 } },
      log2Cost: 4,
    });
    const terminal = new TestTerminal(card);
    await terminal.boot();
    const client = new MhaClient({
      run: (use) => use(async (apdu) => encodeResponse(await terminal.send(decodeCommand(apdu)))),
    });
    await client.select();
    return { card, terminal, client, pin: await rightPin(client, this.#pins) };
  }

  async #takeOut(): Promise<void> {
    const before = this.#powered;
    this.#powered = undefined;
    if (this.#power.lost) {
      this.losses += 1;
      this.commits += this.#power.commits;
      this.#power = new PowerSupply(0, 'before');
    }
    await before?.terminal.close();
    await before?.card.close().catch(() => {});
  }
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof SecureElementError) || error.code !== 'pin-refused') throw error;
}

async function rightPin(client: MhaClient, pins: readonly string[]): Promise<string | undefined> {
  for (const pin of pins) {
    try {
      await client.verify(pin);
      return pin;
    } catch (error) {
      if (error instanceof SecureElementError && error.code === 'pin-not-set') return undefined;
      unlessRefused(error);
    }
  }
  throw new Error('expected a card that opens with its PIN');
}
