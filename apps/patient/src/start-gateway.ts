// The patient's phone without a screen: sensors on one side, the hospital on the other, the secure element between. It
// carries what it cannot read, and says how the carrying goes.

import type { Bytes, Location, Timestamp } from '@vitalseal/protocol';
import type { Confirmation, Display, EnteredReading, Refusal, SecureElement } from '@vitalseal/secure-element';
import { type Link, type LinkPairOptions, linkPair, SensorLinkError } from '@vitalseal/sensor-link';
import { listenTcp, type TcpListener } from '@vitalseal/sensor-link/node';
import { bringRevocations } from './certificate/bring-revocations.ts';
import { renewWhenDue } from './certificate/renew-when-due.ts';
import { codeOf } from './errors.ts';
import { DeliveryLoop, type DeliveryState } from './hospital/delivery.ts';
import { HospitalClient } from './hospital/hospital-client.ts';
import { SensorPort } from './sensor-port/sensor-port.ts';

export interface GatewayEvents {
  /** The hospital has stored a reading, and said so under seal. @param acknowledgedAt UTC ms, the machine's clock */
  readonly confirmed?: (confirmation: Confirmation & { readonly acknowledgedAt: number }) => void;
  /** The hospital will never take a reading; it is kept on the shelf. */
  readonly refused?: (refusal: Refusal) => void;
  readonly hospital?: (state: DeliveryState) => void;
  /** The authority cannot be asked, or gave a list that is not genuine; what is known stays. */
  readonly authority?: (problem: { readonly code: string }) => void;
  readonly sensors?: (state: { readonly linked: number; readonly trouble?: string }) => void;
}

export interface GatewayOptions {
  /** Personalised and bonded. The gateway unlocks it to show counts, and closes it when it stops. */
  readonly element: SecureElement;
  /** Origin of the hospital's listener for devices, https. */
  readonly hospital: string;
  /** Root of the certifying authority, DER: the only one the hospital's server may be certified by. */
  readonly root: Bytes;
  /** Origin of the certifying authority: for its revocation list as soon as it changes, and to renew the certificate. */
  readonly authority?: string;
  /** Where sensors connect over TCP in place of Bluetooth LE; left out, they come by `accept`. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** The clock of the readings, which a replay may run faster than life; the machine's if left out. */
  readonly clock?: { now(): number };
  /** Local time minus UTC, in minutes. */
  readonly offsetMinutes?: number;
  readonly location?: () => Location | undefined;
  /** Records in one POST, 1 to 256. */
  readonly batch?: number;
  readonly backoff?: { readonly firstMs: number; readonly mostMs: number };
  readonly events?: GatewayEvents;
}

export interface GatewayStatus extends Display {
  readonly delivery: DeliveryState;
  readonly linkedSensors: number;
}

export interface Gateway {
  /** Where sensors connect; 0 without `listen`. */
  readonly port: number;
  /** A sensor's link, however it came about. */
  accept(link: Link): void;
  /** For a sensor in the same process. @returns its end of a new link */
  connect(options?: LinkPairOptions): Promise<Link>;
  status(): Promise<GatewayStatus>;
  /** A reading the patient enters by hand. */
  enter(reading: EnteredReading): Promise<void>;
  /** Puts back in the queue what the hospital had refused. @returns how many */
  retryRefused(): Promise<number>;
  stop(): Promise<void>;
}

const renewalCheckMs = 12 * 60 * 60_000;

/** @throws PatientError `patient-option-invalid` @throws SensorLinkError `link-unreachable` */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = new RunningGateway(options);
  await gateway.listen();
  await gateway.keepCertified();
  return gateway;
}

/** Sensors of one patient, with room for as many strangers. */
const mostLinks = 16;

class RunningGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #client: HospitalClient;
  readonly #delivery: DeliveryLoop;
  readonly #ports = new Set<SensorPort>();
  #listener: TcpListener | undefined;
  #renewals: NodeJS.Timeout | undefined;
  #revocations: { close(): Promise<void> } | undefined;
  #stopped = false;

  constructor(options: GatewayOptions) {
    const { element, hospital, root, location = () => undefined, batch = 256, events } = options;
    const { backoff = { firstMs: 250, mostMs: 30_000 } } = options;
    this.#options = options;
    this.#client = new HospitalClient({ url: hospital, root });
    element.unlock();
    this.#delivery = new DeliveryLoop({
      element,
      client: this.#client,
      timestamp: () => this.#timestamp(),
      location,
      batch,
      backoff,
      confirmed: (confirmation) => events?.confirmed?.({ ...confirmation, acknowledgedAt: Date.now() }),
      refused: (refusal) => events?.refused?.(refusal),
      changed: (state) => events?.hospital?.(state),
      roomFreed: () => {
        for (const port of this.#ports) port.roomFreed();
      },
    });
  }

  get port(): number {
    return this.#listener?.port ?? 0;
  }

  async listen(): Promise<void> {
    const { listen } = this.#options;
    if (!listen) return;
    try {
      this.#listener = await listenTcp({ ...listen, accept: (link) => this.accept(link) });
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async keepCertified(): Promise<void> {
    const { authority, element, root, events } = this.#options;
    if (authority === undefined) return;
    const renewing = { authority, element, root, now: Date.now };
    const renew = () => renewWhenDue(renewing).catch((error: unknown) => events?.authority?.({ code: codeOf(error) }));
    void renew();
    this.#renewals = setInterval(renew, renewalCheckMs);
    this.#revocations = await bringRevocations({
      authority,
      element,
      root,
      problem: (code) => events?.authority?.({ code }),
    });
  }

  accept(link: Link): void {
    if (this.#stopped) {
      link.close();
      return;
    }
    const port = new SensorPort(link, {
      element: this.#options.element,
      timestamp: () => this.#timestamp(),
      taken: () => this.#delivery.wake(),
      trouble: (trouble) => this.#saySensors(trouble),
      closed: (closed) => {
        this.#ports.delete(closed);
        this.#saySensors();
      },
    });
    this.#ports.add(port);
    this.#makeRoom();
    this.#saySensors();
  }

  /** Anyone in range may connect: of those who have proved nothing the oldest goes, so that no stranger keeps a sensor out. */
  #makeRoom(): void {
    for (const port of this.#ports) {
      if (this.#ports.size <= mostLinks) return;
      if (!port.proven) port.close();
    }
  }

  async connect(options: LinkPairOptions = {}): Promise<Link> {
    if (this.#stopped) throw new SensorLinkError('link-unreachable', 'expected a phone that runs');
    const [sensors, own] = linkPair(options);
    this.accept(own);
    return sensors;
  }

  async status(): Promise<GatewayStatus> {
    const display = await this.#options.element.display();
    return { ...display, delivery: this.#delivery.state, linkedSensors: this.#ports.size };
  }

  async enter(reading: EnteredReading): Promise<void> {
    await this.#options.element.enterReading(reading, this.#timestamp().utcMs);
    this.#delivery.wake();
  }

  async retryRefused(): Promise<number> {
    const readings = await this.#options.element.retryRefused();
    this.#delivery.wake();
    return readings;
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#listener?.close();
    clearInterval(this.#renewals);
    await this.#revocations?.close();
    for (const port of this.#ports) port.close();
    await this.#delivery.stop();
    this.#client.close();
    await this.#options.element.close();
  }

  #timestamp(): Timestamp {
    const { clock, offsetMinutes = 0 } = this.#options;
    return { utcMs: clock ? clock.now() : Date.now(), offsetMinutes };
  }

  #saySensors(trouble?: string): void {
    this.#options.events?.sensors?.({ linked: this.#ports.size, ...(trouble !== undefined && { trouble }) });
  }
}
