// One patient with a real secure element and a certified sensor, and a phone that is the attacker's: it carries all that
// passes between sensor, element and hospital, keeps a copy, and can send whatever it likes. The element stands here without
// the card around it, so that each step of the protocol can be taken, and tampered with, by itself.

import { mkdirSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { encodePem, parseActivationLink } from '@vitalseal/certifying-authority';
import {
  type Acknowledgement,
  type Bytes,
  decodeCbor,
  encodeCbor,
  handshakeMediaType,
  type Identity,
  ProtocolError,
} from '@vitalseal/protocol';
import { type Delivery, SecureElement } from '@vitalseal/secure-element';
import { enrolDevice, localKeyFile, sqliteStorage } from '@vitalseal/secure-element/node';
import { InitiatingSensor } from '@vitalseal/secure-element/testing';
import { identities, type Ward } from './ward.fixture.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly body: Bytes;
}

/** Of each record that no channel opened: its place in the batch, and why. */
export type Unopened = readonly (readonly [index: number, code: string])[];

const timestamp = () => ({ utcMs: Date.now(), offsetMinutes: 0 });

export class PatientInHand {
  readonly identity: Identity;
  readonly element: SecureElement;
  readonly sensor: InitiatingSensor;
  /** Sealed records of the sensor, in their order. */
  readonly step1: Bytes[] = [];
  /** Sealed records for the hospital, in their order. */
  readonly step2: Bytes[] = [];
  /** What the hospital answered to batches, as it came. */
  readonly answers: Bytes[] = [];
  /** Prefixed messages of the element's handshakes with the hospital. */
  readonly handshakes: Bytes[] = [];
  readonly #ward: Ward;
  readonly #agent: Agent;

  private constructor(ward: Ward, identity: Identity, element: SecureElement, sensor: InitiatingSensor) {
    this.#ward = ward;
    this.identity = identity;
    this.element = element;
    this.sensor = sensor;
    this.#agent = new Agent({ keepAlive: true, ca: encodePem('CERTIFICATE', ward.root), minVersion: 'TLSv1.3' });
    ward.onClose(() => this.#agent.destroy());
  }

  static async enrol(
    ward: Ward,
    identity: Identity = identities.patient,
    sensor: Identity = identities.sensor,
  ): Promise<PatientInHand> {
    const folder = join(ward.folder, identity.id);
    const link = parseActivationLink(await ward.link(identity));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const element = await SecureElement.open({
      storage: sqliteStorage({ path: join(folder, 'element.db') }),
      localKey: localKeyFile(join(folder, 'local.key')),
    });
    ward.onClose(() => element.close());
    const { chain, root } = await enrolDevice(link, await element.generateKey(identity));
    await element.installCertificates({ chain, anchors: [root], at: Date.now() });
    await element.bond({ sensors: [sensor], hospital: identities.hospital });
    element.unlock();
    const party = await ward.certify(sensor);
    return new PatientInHand(
      ward,
      identity,
      element,
      new InitiatingSensor({ party, root, patient: identity, now: Date.now }),
    );
  }

  async shakeHandsWithSensor(sensor = this.sensor): Promise<void> {
    await sensor.shakeHands((body) => this.element.answerSensorHandshake(body, Date.now()));
  }

  async shakeHandsWithHospital(): Promise<void> {
    try {
      await this.#shakeHandsWithHospital();
    } catch (error) {
      // A hospital that was started again has forgotten our chain; the next attempt brings it by value.
      if ((await refusalOf(Promise.reject(error))) !== 'peer-lacks-credential') throw error;
      await this.#shakeHandsWithHospital();
    }
  }

  async #shakeHandsWithHospital(): Promise<void> {
    const message2 = await this.edhoc(await this.element.startHospitalHandshake(Date.now()));
    const message4 = await this.edhoc(await this.element.continueHospitalHandshake(message2));
    await this.element.finishHospitalHandshake(message4, Date.now());
  }

  async edhoc(body: Bytes): Promise<Bytes> {
    this.handshakes.push(body);
    return (await this.post('/edhoc', handshakeMediaType.request, body)).body;
  }

  /** Step 1: what the sensor hears of its records. */
  async take(...records: Bytes[]): Promise<{ acknowledgements: Acknowledgement[]; hints: string[] }> {
    this.step1.push(...records);
    const answer = await this.element.takeSensorRecords(records, timestamp());
    const { acknowledgements, hints } = await this.sensor.open(answer);
    return { acknowledgements, hints: hints.map(({ code }) => code) };
  }

  /** Step 2: all that waits in the element, sealed for the hospital and not sent. */
  async sealed(): Promise<Bytes[]> {
    const batch = await this.element.sealBatch({ sentAt: timestamp(), at: Date.now() });
    if (batch === undefined) return [];
    const records = recordsOf(batch.body);
    this.step2.push(...records);
    return records;
  }

  async send(
    ...records: Bytes[]
  ): Promise<{ status: number; answer: Bytes; acknowledgement: boolean; unopened: Unopened }> {
    const { status, body } = await this.post('/records', 'application/cbor', encodeCbor(records));
    if (status !== 200) return { status, answer: body, acknowledgement: false, unopened: [] };
    this.answers.push(body);
    const decoded = decodeCbor(body, { maxBytes: 1 << 20 });
    if (!Array.isArray(decoded)) throw new Error('expected an answer to a batch');
    return {
      status,
      answer: body,
      acknowledgement: decoded[0] !== null,
      unopened: (decoded[1] ?? []) as unknown as Unopened,
    };
  }

  hear(answer: Bytes): Promise<Delivery> {
    return this.element.takeHospitalAnswer(answer, Date.now());
  }

  /** The honest way of one reading, from the sensor to the confirmation. */
  async deliver(pulse = 72): Promise<Delivery> {
    if (this.sensor.secrets === undefined) await this.shakeHandsWithSensor();
    await this.take(await this.sensor.seal(pulse));
    if ((await this.element.duty(Date.now())).handshakeNeeded) await this.shakeHandsWithHospital();
    const { answer } = await this.send(...(await this.sealed()));
    return this.hear(answer);
  }

  /** What the element has and has counted: an attack on it must leave this as it was. */
  async state(): Promise<unknown> {
    const { counts, waiting, shelf, sensors, hospital } = await this.element.display();
    // Repetitions are counted, and are all that a replay may leave behind.
    return { counts: { ...counts, repeated: 0 }, waiting, shelf, sensors, hospital };
  }

  post(path: string, type: string, body: Uint8Array): Promise<HttpAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    const sent = request(new URL(path, this.#ward.hospital.devicesUrl), {
      method: 'POST',
      agent: this.#agent,
      headers: { 'content-type': type, 'content-length': body.length },
    });
    sent.on('error', reject);
    sent.on('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({ status: response.statusCode ?? 0, body: new Uint8Array(Buffer.concat(chunks)) });
    });
    sent.end(body);
    return promise;
  }
}

export function recordsOf(batch: Bytes): Bytes[] {
  const decoded = decodeCbor(batch, { maxBytes: 1 << 20 });
  if (!Array.isArray(decoded)) throw new Error('expected a batch of records');
  return decoded.filter((record) => record instanceof Uint8Array);
}

/** The code of whatever refuses; fails when nothing does. */
export async function refusalOf(attempt: Promise<unknown> | (() => Promise<unknown>)): Promise<string> {
  try {
    await (typeof attempt === 'function' ? attempt() : attempt);
  } catch (error) {
    const cause = error instanceof ProtocolError && error.code === 'credential-refused' ? error.cause : error;
    if (typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string') {
      return cause.code;
    }
    throw error;
  }
  throw new Error('expected a refusal');
}
