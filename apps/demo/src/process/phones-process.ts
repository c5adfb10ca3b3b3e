// The demo's phones, all in one process: each a gateway with a card and a data folder of its own.
import { join } from 'node:path';
import {
  type Gateway,
  type OpenedCard,
  openCard,
  type RadioWatch,
  readPinFile,
  sealedSensors,
  startGateway,
  watchRadio,
} from '@vitalseal/app-patient';
import { openRadio } from '@vitalseal/ble/node';
import type { Place } from '../scenario/bed.ts';
import type { CardInReader } from './cards-in-readers.ts';
import { isCountsRequest, type PhoneCounts, type PhonesMessage } from './phones-messages.ts';
import { replayedCard } from './replayed-card.ts';
import { serveUntilTerminated } from './serve-until-terminated.ts';

export interface PhonesProcessOptions {
  readonly hospitalUrl: string;
  readonly phones: readonly PhoneOptions[];
}

export interface PhoneOptions {
  readonly dataDir: string;
  readonly pinFile: string;
  /** Where its sensor finds it, on the loopback interface; with an adapter it is the phone that finds the sensor. */
  readonly port: number;
  /** Bluetooth adapter. */
  readonly adapter?: string | undefined;
  readonly place: Place;
  /** Left out, its card is in its process. */
  readonly inReader?: CardInReader | undefined;
}

/** How often confirmations are told to the supervisor, in ms. */
const tellEvery = 100;
const accuracyMetres = 12;
/** The cards' process may have been killed at the same time; in ms. */
const waitMs = 30_000;

await serveUntilTerminated(async ({ hospitalUrl, phones }: PhonesProcessOptions, clock) => {
  let confirmed: [measuredAt: number, acknowledgedAt: number][] = [];
  const gateways: Gateway[] = [];
  const cards: OpenedCard[] = [];
  const watches: RadioWatch[] = [];
  for (const { dataDir, pinFile, port, adapter, place, inReader } of phones) {
    const card = await openCard({
      folder: dataDir,
      ...replayedCard(clock),
      ...(inReader && { which: { kind: 'pcsc', ...inReader, waitMs } }),
    });
    cards.push(card);
    const gateway = await startGateway({
      card,
      pin: readPinFile(pinFile),
      hospital: hospitalUrl,
      ...(adapter === undefined && { listen: { host: '127.0.0.1', port } }),
      clock,
      location: () => ({ ...place, accuracyMetres, at: clock.now() }),
      events: { confirmed: ({ measuredAt, acknowledgedAt }) => confirmed.push([measuredAt, acknowledgedAt]) },
    });
    gateways.push(gateway);
    if (adapter === undefined) continue;
    const accept = (messages: Parameters<Gateway['accept']>[0]) => gateway.accept(messages);
    const bondFolder = join(dataDir, 'bluetooth');
    watches.push(watchRadio({ open: () => openRadio(adapter, { bondFolder }), kinds: [sealedSensors({ accept })] }));
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
      await Promise.all(watches.map((watch) => watch.stop()));
      await Promise.all(gateways.map((gateway) => gateway.stop()));
      await Promise.all(cards.map((card) => card.close()));
    },
  };
});

/** From the elements' own stores: they outlive this process. */
function countsOf(gateways: readonly Gateway[]): Promise<readonly PhoneCounts[]> {
  return Promise.all(
    gateways.map(async (gateway) => {
      const { counts, waiting } = await gateway.status();
      return { acknowledged: counts.acknowledged, refused: counts.refused, waiting: waiting.readings };
    }),
  );
}
