// The patient's phone without a screen: sensors on one side, the patient's card on the other, and for the card's own way to
// the hospital a modem with a clock and a place. It carries what it cannot read, and says how the carrying goes.

import type { SensorStatus } from '@vitalseal/ble';
import type { Bytes, Identity, Location } from '@vitalseal/protocol';
import { pause } from '@vitalseal/retry';
import type { Confirmation, Display, EnteredReading, Refusal, StandardReading } from '@vitalseal/secure-element';
import type { HospitalRelease, Report } from '@vitalseal/secure-element/terminal';
import {
  framedMessages,
  type LinkPairOptions,
  linkPair,
  type MessageLink,
  SensorLinkError,
} from '@vitalseal/sensor-link';
import { listenTcp, type TcpListener } from '@vitalseal/sensor-link/node';
import type { Card } from '@vitalseal/uicc';
import type { Bonding } from './bonding.ts';
import { CardInService } from './card/card-in-service.ts';
import { bringRevocations } from './certificate/bring-revocations.ts';
import { renewWhenDue } from './certificate/renew-when-due.ts';
import { codeOf } from './errors.ts';
import { type DeliveryState, deliveryState } from './hospital/delivery-state.ts';
import { hospitalName } from './hospital/hospital-address.ts';
import { HospitalRoute } from './hospital/hospital-route.ts';
import { SensorPort } from './sensor-port/sensor-port.ts';
import type { TerminalState } from './terminal/terminal.ts';

export interface GatewayEvents {
  /** The hospital has stored a reading, and said so under seal. @param acknowledgedAt UTC ms, the machine's clock */
  readonly confirmed?: (confirmation: Confirmation & { readonly acknowledgedAt: number }) => void;
  /** The hospital will never take a reading; it is kept on the shelf. */
  readonly refused?: (refusal: Refusal) => void;
  readonly hospital?: (state: DeliveryState) => void;
  /** The authority cannot be asked, or gave a list that is not genuine; what is known stays. */
  readonly authority?: (problem: { readonly code: string }) => void;
  /** The authority's revocation list, DER, as the card has it. */
  readonly revocations?: (list: Bytes) => void;
  readonly sensors?: (state: { readonly linked: number; readonly trouble?: string }) => void;
  /** The card is in service, or gone and asked back. */
  readonly card?: (state: TerminalState) => void;
}

export interface GatewayOptions {
  /** Personalised and bonded. It stays the caller's, to be closed when the gateway has stopped. */
  readonly card: Card;
  /** Four to eight digits. */
  readonly pin: string;
  /** Origin of the hospital's listener for devices, https. */
  readonly hospital: string;
  /** Sensors to bond with, in place of those the card knows. */
  readonly sensors?: readonly Identity[];
  /** Origin of the certifying authority: for its revocation list as soon as it changes, and to renew the certificate. */
  readonly authority?: string;
  /** Where sensors connect over TCP in place of Bluetooth LE; left out, they come by `accept`. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** The clock of the readings, which a replay may run faster than life; the machine's if left out. */
  readonly clock?: { now(): number };
  /** Local time minus UTC, in minutes. */
  readonly offsetMinutes?: number;
  readonly location?: () => Location | undefined;
  readonly events?: GatewayEvents;
}

/** Battery in percent, where the sensor knows, and how many records it has stored. */
export type SaidBySensor = Pick<SensorStatus, 'battery' | 'stored'>;

export interface GatewayStatus extends Display {
  readonly delivery: DeliveryState;
  readonly linkedSensors: number;
  /** What those of them say of themselves that have proved their key: in the clear, a hint and no more. */
  readonly said: readonly SaidBySensor[];
  /** Which release the hospital runs, as the card has judged it since it is in service. */
  readonly release?: HospitalRelease;
}

export interface Gateway extends Bonding {
  /** Where sensors connect; 0 without `listen`. */
  readonly port: number;
  /**
   * A sensor's link, however it came about.
   * @param says what the sensor says of itself
   * @returns what knows whether the sensor has proved its key
   */
  accept(messages: MessageLink, says?: () => SaidBySensor): { readonly proven: boolean };
  /** For a sensor in the same process. @returns its end of a new link */
  connect(options?: LinkPairOptions): Promise<MessageLink>;
  /** @throws PatientError `card-gone` */
  status(): Promise<GatewayStatus>;
  /** A reading the patient enters by hand. @throws PatientError `card-gone` */
  enter(reading: EnteredReading): Promise<void>;
  /** What a standard sensor measured. @throws PatientError `card-gone` */
  takeStandardReading(reading: StandardReading): Promise<void>;
  /** Puts back in the queue what the hospital had refused. @returns how many @throws PatientError `card-gone` */
  retryRefused(): Promise<number>;
  stop(): Promise<void>;
}

const graceMs = 2000;
const renewalCheckMs = 12 * 60 * 60_000;

/**
 * @throws PatientError `patient-option-invalid`, `card-gone`, `card-pin-refused`, `card-pin-blocked`
 * @throws SensorLinkError `link-unreachable`
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = new RunningGateway(options);
  try {
    await gateway.start();
  } catch (error) {
    await gateway.stop();
    throw error;
  }
  return gateway;
}

/** Sensors of one patient, with room for as many strangers. */
const mostLinks = 16;

class RunningGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #card: CardInService;
  readonly #route: HospitalRoute;
  readonly #ports = new Map<SensorPort, (() => SaidBySensor) | undefined>();
  #delivery: DeliveryState = { state: 'idle' };
  #release: HospitalRelease | undefined;
  #listener: TcpListener | undefined;
  #renewals: NodeJS.Timeout | undefined;
  #revocations: { close(): Promise<void> } | undefined;
  #rested = Promise.withResolvers<void>();
  #stopped = false;

  constructor(options: GatewayOptions) {
    const { card, pin, clock = { now: Date.now }, offsetMinutes = 0, location = () => undefined, events } = options;
    this.#options = options;
    this.#card = new CardInService({
      card,
      pin,
      senses: { timestamp: () => ({ utcMs: clock.now(), offsetMinutes }), location },
      reported: (reports) => this.#tell(reports),
      changed: (state) => {
        events?.card?.(state);
        if (state.state !== 'ready') return;
        this.#roomFreed();
        void this.#tellRevocations();
      },
    });
    this.#route = new HospitalRoute({
      hospital: hospitalName(options.hospital),
      // A card that is away is told when it is back.
      found: (address) => void this.#card.tellHospital(address).catch(() => {}),
    });
  }

  get port(): number {
    return this.#listener?.port ?? 0;
  }

  async start(): Promise<void> {
    const { listen, sensors = [] } = this.#options;
    await this.#route.find();
    await this.#card.start();
    if (sensors.length > 0) await this.#card.mha.bond({ sensors });
    if (listen)
      this.#listener = await listenTcp({ ...listen, accept: (link) => void this.accept(framedMessages(link)) });
    await this.#keepCertified();
  }

  async #keepCertified(): Promise<void> {
    const { authority, events } = this.#options;
    if (authority === undefined) return;
    const problem = (code: string) => events?.authority?.({ code });
    const renew = () =>
      renewWhenDue({ authority, mha: this.#card.mha, now: Date.now }).catch((error: unknown) => problem(codeOf(error)));
    void renew();
    this.#renewals = setInterval(renew, renewalCheckMs);
    const brought = (list: Bytes) => events?.revocations?.(list);
    this.#revocations = await bringRevocations({ authority, card: this.#card, problem, brought });
  }

  /** The hospital gives the card its lists, with or without a phone that waits at the authority for them. */
  async #tellRevocations(): Promise<void> {
    const { revocations } = this.#options.events ?? {};
    const list = revocations && (await this.#card.mha.revocationList().catch(() => undefined));
    if (list) revocations?.(list);
  }

  accept(messages: MessageLink, says?: () => SaidBySensor): { readonly proven: boolean } {
    if (this.#stopped) {
      messages.close();
      return { proven: false };
    }
    const port = new SensorPort(messages, {
      card: this.#card,
      trouble: (trouble) => this.#saySensors(trouble),
      closed: (closed) => {
        this.#ports.delete(closed);
        this.#saySensors();
      },
    });
    this.#ports.set(port, says);
    this.#makeRoom();
    this.#saySensors();
    return port;
  }

  /** Anyone in range may connect: of those who have proved nothing the oldest goes, so that no stranger keeps a sensor out. */
  #makeRoom(): void {
    for (const port of this.#ports.keys()) {
      if (this.#ports.size <= mostLinks) return;
      if (!port.proven) port.close();
    }
  }

  async connect(options: LinkPairOptions = {}): Promise<MessageLink> {
    if (this.#stopped) throw new SensorLinkError('link-unreachable', 'expected a phone that runs');
    const [sensors, own] = linkPair(options);
    this.accept(framedMessages(own));
    return framedMessages(sensors);
  }

  async status(): Promise<GatewayStatus> {
    const display = await this.#card.mha.display();
    const release = this.#release;
    const linkedSensors = this.#ports.size;
    return { ...display, delivery: this.#delivery, linkedSensors, said: this.#said(), ...(release && { release }) };
  }

  #said(): SaidBySensor[] {
    return [...this.#ports].flatMap(([port, says]) => {
      if (!port.proven || !says) return [];
      const { battery, stored } = says();
      return [{ battery, stored }];
    });
  }

  async enter(reading: EnteredReading): Promise<void> {
    await this.#card.mha.enterReading(reading);
  }

  async takeStandardReading(reading: StandardReading): Promise<void> {
    await this.#card.mha.takeStandardReading(reading);
  }

  retryRefused(): Promise<number> {
    return this.#card.mha.retryRefused();
  }

  bondWithCode(key: Bytes): Promise<void> {
    return this.#card.mha.bondWithCode(key);
  }

  forgetSensor(sensor: Identity): Promise<void> {
    return this.#card.mha.forgetSensor(sensor);
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#listener?.close();
    clearInterval(this.#renewals);
    await this.#revocations?.close();
    for (const port of this.#ports.keys()) port.close();
    if (this.#delivery.state === 'sending') await this.#rest();
    this.#route.close();
    await this.#card.close();
  }

  /** Lets the batch on its way come to its end, if that is soon. */
  async #rest(): Promise<void> {
    this.#rested = Promise.withResolvers();
    await Promise.race([this.#rested.promise, pause(graceMs, new AbortController().signal)]);
  }

  #tell(reports: readonly Report[]): void {
    const { events } = this.#options;
    for (const report of reports) {
      if (report.kind === 'confirmed') events?.confirmed?.({ ...report.confirmation, acknowledgedAt: Date.now() });
      else if (report.kind === 'refused') events?.refused?.(report.refusal);
      else if (report.kind === 'hospital') this.#release = report.release;
      else if (report.kind === 'state') this.#follow(deliveryState(report.state, this.#delivery, Date.now()));
    }
    if (reports.some(({ kind }) => kind !== 'state')) this.#roomFreed();
  }

  #follow(delivery: DeliveryState): void {
    this.#delivery = delivery;
    this.#route.heed(delivery.state !== 'waiting');
    if (delivery.state !== 'sending') this.#rested.resolve();
    this.#options.events?.hospital?.(delivery);
  }

  #roomFreed(): void {
    for (const port of this.#ports.keys()) port.roomFreed();
  }

  #saySensors(trouble?: string): void {
    this.#options.events?.sensors?.({ linked: this.#ports.size, ...(trouble !== undefined && { trouble }) });
  }
}
