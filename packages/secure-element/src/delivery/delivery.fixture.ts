// A whole card that delivers: element, delivery, HTTPS, BIP and toolkit, a terminal, and a hospital's server.

import { HospitalHttps } from '../https/hospital-https.ts';
import type { SecureElement } from '../secure-element.ts';
import { CertifiedWorld } from '../testing/certified-world.ts';
import { elementInService, type InService, shakeHandsWithSensor } from '../testing/element-in-service.ts';
import { HospitalServer } from '../testing/hospital-server.ts';
import { type LinkedCard, linkedCard } from '../testing/linked-card.ts';
import type { RespondingHospital } from '../testing/responding-hospital.ts';
import type { TestTerminal } from '../testing/test-terminal.ts';
import { ToolkitTimers } from '../toolkit/toolkit-timers.ts';
import { Delivery } from './delivery.ts';
import type { DeliveryReport } from './delivery-report.ts';

export interface DeliverySceneOptions {
  readonly batch?: number;
  readonly timeoutMs?: number;
  /** The server is certified by another authority. */
  readonly impostor?: boolean;
  /** In place of the terminal's timers. */
  readonly wait?: (signal: AbortSignal) => Promise<void>;
}

export class DeliveryScene {
  readonly inService: InService;
  readonly #options: DeliverySceneOptions;
  readonly #linked: LinkedCard;
  readonly #certifier: CertifiedWorld;
  readonly #timers: ToolkitTimers;
  readonly #reports: DeliveryReport[] = [];
  #server: HospitalServer;
  #element: SecureElement;
  #carrier: HospitalHttps;
  #delivery: Delivery;
  resets = 0;

  private constructor(
    options: DeliverySceneOptions,
    inService: InService,
    linked: LinkedCard,
    certifier: CertifiedWorld,
    server: HospitalServer,
  ) {
    this.#options = options;
    this.inService = inService;
    this.#linked = linked;
    this.#certifier = certifier;
    // As the terminal's timers, a thousand times faster than life.
    this.#timers = new ToolkitTimers(linked.session, () => performance.now() * 1000);
    this.#server = server;
    this.#element = inService.element;
    this.#carrier = this.#newCarrier();
    this.#delivery = this.#newDelivery();
  }

  static async start(options: DeliverySceneOptions = {}): Promise<DeliveryScene> {
    const inService = await elementInService({ at: Date.now() });
    await shakeHandsWithSensor(inService);
    const { hospital, world } = inService;
    const certifier = options.impostor ? await CertifiedWorld.make(Date.now()) : world;
    const server = await HospitalServer.listen({ hospital, world: certifier });
    return new DeliveryScene(options, inService, await linkedCard(), certifier, server);
  }

  get hospital(): RespondingHospital {
    return this.inService.hospital;
  }

  get server(): HospitalServer {
    return this.#server;
  }

  get terminal(): TestTerminal {
    return this.#linked.terminal;
  }

  get confirmed(): number {
    return this.#reports.filter(({ kind }) => kind === 'confirmed').length;
  }

  get states(): readonly string[] {
    return this.#reports.flatMap((report) => (report.kind === 'state' ? [report.state.state] : []));
  }

  /** Codes of what was waited for. */
  get waits(): readonly string[] {
    return this.#reports.flatMap((report) =>
      report.kind === 'state' && report.state.state === 'waiting' ? [report.state.code] : [],
    );
  }

  async waiting(): Promise<number> {
    return (await this.#element.duty(Date.now())).waiting;
  }

  /** So many readings reach the card together. */
  async measure(readings: number): Promise<void> {
    const records = [];
    for (let count = 0; count < readings; count++) records.push(await this.inService.sensor.seal(60 + (count % 40)));
    await this.#element.takeSensorRecords(records, { utcMs: Date.now(), offsetMinutes: 60 });
    this.#delivery.wake();
  }

  /** As the command does it. */
  async callForHelp(): Promise<void> {
    this.#element.unlock();
    await this.#element.callForHelp({ utcMs: Date.now(), offsetMinutes: 60 });
    this.#delivery.hurry();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.#poll();
  }

  /** Until nothing waits in the element. */
  async settled(): Promise<void> {
    while ((await this.waiting()) > 0 || this.#delivery.state.state !== 'idle') await this.#poll();
  }

  async replaceServer(port: number): Promise<void> {
    this.#server = await HospitalServer.listen({ hospital: this.hospital, world: this.#certifier, port });
  }

  /** What was only in memory is gone, the terminal begins anew. */
  async resetCard(): Promise<void> {
    await this.#linked.card.reset();
    this.#carrier.close();
    await this.#delivery.stop();
    this.#element = await this.inService.reopen();
    await this.terminal.boot();
    this.#carrier = this.#newCarrier();
    this.#delivery = this.#newDelivery();
    this.resets += 1;
  }

  async close(): Promise<void> {
    const stopped = this.#delivery.stop();
    this.#carrier.close();
    await this.#linked.card.reset();
    await stopped;
    await this.terminal.close();
    await this.#server.close();
  }

  async #poll(): Promise<void> {
    await this.terminal.status();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }

  #newCarrier(): HospitalHttps {
    const { timeoutMs } = this.#options;
    return new HospitalHttps({
      session: this.#linked.session,
      destination: () => ({ name: 'localhost', address: Uint8Array.of(127, 0, 0, 1), port: this.#server.port }),
      security: async () => ({ kind: 'certificate', ...(await this.#element.linkCredential()) }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
  }

  #newDelivery(): Delivery {
    const { session } = this.#linked;
    const { wait } = this.#options;
    return new Delivery({
      element: this.#element,
      carrier: this.#carrier,
      moment: async () => ({ sentAt: { utcMs: Date.now(), offsetMinutes: 60 }, at: Date.now() }),
      wait: (ms, signal) => wait?.(signal) ?? this.#timers.startTimer(ms / 1000, signal),
      during: (work) => session.during(work),
      batch: () => this.#options.batch ?? 50,
      backoff: { firstMs: 2000, mostMs: 10_000 },
      report: (report) => this.#reports.push(report),
    });
  }
}
