// The demo's phones, all in one process: each a gateway with a secure element and a data folder of its own.
import { type Gateway, openEnrolledElement, startGateway } from '@vitalseal/app-patient';
import { parseClock } from '@vitalseal/recording';
import type { Place } from '../scenario/bed.ts';
import { isCountsRequest, type PhoneCounts, type PhonesMessage } from './phones-messages.ts';
import { serveUntilTerminated } from './serve-until-terminated.ts';

export interface PhonesProcessOptions {
  readonly hospitalUrl: string;
  readonly clock: string;
  readonly phones: readonly PhoneOptions[];
}

export interface PhoneOptions {
  readonly dataDir: string;
  /** Where its sensor finds it, on the loopback interface. */
  readonly port: number;
  readonly place: Place;
}

/** How often confirmations are told to the supervisor, in ms. */
const tellEvery = 100;
const accuracyMetres = 12;

await serveUntilTerminated(async ({ hospitalUrl, clock: clockText, phones }: PhonesProcessOptions) => {
  const clock = parseClock(clockText);
  let confirmed: [measuredAt: number, acknowledgedAt: number][] = [];
  const gateways: Gateway[] = [];
  for (const { dataDir, port, place } of phones) {
    const { element, root, authority } = await openEnrolledElement(dataDir);
    gateways.push(
      await startGateway({
        element,
        root,
        ...(authority && { authority }),
        hospital: hospitalUrl,
        listen: { host: '127.0.0.1', port },
        clock,
        location: () => ({ ...place, accuracyMetres, at: clock.now() }),
        backoff: { firstMs: 100, mostMs: 2_000 },
        events: { confirmed: ({ measuredAt, acknowledgedAt }) => confirmed.push([measuredAt, acknowledgedAt]) },
      }),
    );
  }
  const tell = (message: PhonesMessage) => process.send?.(message);
  const timer = setInterval(() => {
    if (confirmed.length === 0) return;
    tell({ confirmed });
    confirmed = [];
  }, tellEvery);
  process.on('message', async (message) => {
    if (isCountsRequest(message)) tell({ counts: await countsOf(gateways) });
  });
  return {
    ready: {},
    async stop() {
      clearInterval(timer);
      await Promise.all(gateways.map((gateway) => gateway.stop()));
    },
  };
});

/** From the elements' own stores: they outlive this process. */
async function countsOf(gateways: readonly Gateway[]): Promise<PhoneCounts> {
  const total = { acknowledged: 0, refused: 0, waiting: 0 };
  for (const gateway of gateways) {
    const { counts, waiting } = await gateway.status();
    total.acknowledged += counts.acknowledged;
    total.refused += counts.refused;
    total.waiting += waiting.readings;
  }
  return total;
}
