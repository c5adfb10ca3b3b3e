// A whole card that delivers: element, delivery, HTTPS, BIP and toolkit, a terminal, and a hospital's server.

import { HospitalHttps } from '../https/hospital-https.ts';
import type { SecureElement } from '../secure-element.ts';
import { CertifiedWorld } from '../testing/certified-world.ts';
import { elementInService, type InService, shakeHandsWithSensor } from '../testing/element-in-service.ts';
import { HospitalServer } from '../testing/hospital-server.ts';
import { type LinkedCard, linkedCard } from '../testing/linked-card.ts';
import type { RespondingHospital } from '../testing/responding-hospital.ts';
import { ToolkitTimers } from '../toolkit/toolkit-timers.ts';
import { Delivery } from './delivery.ts';
import type { DeliveryReport } from './delivery-report.ts';

export interface DeliverySceneOptions {
  readonly batch?: number;
  readonly timeoutMs?: number;
  /** The server is certified by another authority. */
  readonly impostor?: boolean;
}

export interface DeliveryScene extends LinkedCard {
  readonly inService: InService;
  readonly hospital: RespondingHospital;
  server: HospitalServer;
  element: SecureElement;
  delivery: Delivery;
  readonly confirmed: () => number;
  readonly states: () => string[];
  /** Codes of what was waited for. */
  readonly waits: () => string[];
  readonly resets: () => number;
  readonly until: (condition: () => boolean) => Promise<void>;
  /** Until nothing waits in the element. */
  readonly settled: () => Promise<void>;
  readonly replaceServer: (port: number) => Promise<void>;
  readonly resetCard: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function deliveryScene(options: DeliverySceneOptions = {}): Promise<DeliveryScene> {
  const inService = await elementInService({ at: Date.now() });
  await shakeHandsWithSensor(inService);
  const { hospital, world } = inService;
  const certifier = options.impostor ? await CertifiedWorld.make(Date.now()) : world;
  const linked = await linkedCard();
  const reports: DeliveryReport[] = [];
  let resets = 0;
  const scene: DeliveryScene = {
    ...linked,
    inService,
    hospital,
    server: await HospitalServer.listen({ hospital, world: certifier }),
    element: inService.element,
    delivery: undefined as unknown as Delivery,
    confirmed: () => reports.filter(({ kind }) => kind === 'confirmed').length,
    states: () => reports.flatMap((report) => (report.kind === 'state' ? [report.state.state] : [])),
    waits: () =>
      reports.flatMap((report) =>
        report.kind === 'state' && report.state.state === 'waiting' ? [report.state.code] : [],
      ),
    resets: () => resets,
    until,
    settled: async () => {
      while ((await scene.element.duty(Date.now())).waiting > 0 || scene.delivery.state.state !== 'idle') await poll();
    },
    replaceServer: async (port) => {
      scene.server = await HospitalServer.listen({ hospital, world: certifier, port });
    },
    resetCard: async () => {
      await linked.card.reset();
      carrier.close();
      await scene.delivery.stop();
      scene.element = await inService.reopen();
      await linked.terminal.boot();
      start();
      resets += 1;
    },
    close: async () => {
      const stopped = scene.delivery.stop();
      carrier.close();
      for (let count = 0; count < 3; count++) await poll();
      await linked.card.reset();
      await stopped;
      await linked.terminal.close();
      await scene.server.close();
    },
  };
  let carrier: HospitalHttps;
  const timers = new ToolkitTimers(linked.session);
  function start(): void {
    const { session } = linked;
    carrier = new HospitalHttps({
      session,
      destination: () => ({ name: 'localhost', address: Uint8Array.of(127, 0, 0, 1), port: scene.server.port }),
      security: async () => ({ kind: 'certificate', ...(await scene.element.linkCredential()) }),
      ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    });
    scene.delivery = new Delivery({
      element: scene.element,
      carrier,
      moment: async () => ({ sentAt: { utcMs: Date.now(), offsetMinutes: 60 }, at: Date.now() }),
      wait: (ms, signal) => timers.startTimer(ms / 1000, signal),
      during: (work) => session.during(work),
      batch: () => options.batch ?? 50,
      backoff: { firstMs: 2000, mostMs: 10_000 },
      report: (report) => reports.push(report),
    });
  }
  async function poll(): Promise<void> {
    await linked.terminal.status();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await poll();
  }
  start();
  return scene;
}

/** So many readings reach the card together. */
export async function measure(scene: DeliveryScene, readings: number): Promise<void> {
  const { inService, element } = scene;
  const records = [];
  for (let count = 0; count < readings; count++) records.push(await inService.sensor.seal(60 + (count % 40)));
  await element.takeSensorRecords(records, { utcMs: Date.now(), offsetMinutes: 60 });
  scene.delivery.wake();
}
