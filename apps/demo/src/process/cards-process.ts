// The demo's cards on the PC/SC stack, all in one process: each in a virtual reader of its own.
import { openSoftwareCard } from '@vitalseal/secure-element/node';
import { presentCard } from '@vitalseal/uicc/node';
import { replayedCard } from './replayed-card.ts';
import { serveUntilTerminated } from './serve-until-terminated.ts';

export interface CardsProcessOptions {
  readonly cards: readonly {
    readonly folder: string;
    /** Of the virtual reader, on the loopback interface. */
    readonly port: number;
  }[];
}

/** A process that was killed left its readers full, and they are looked at only so often; in ms. */
const patienceMs = 20_000;

await serveUntilTerminated(async ({ cards }: CardsProcessOptions, clock) => {
  const inserted = await Promise.all(
    cards.map(async ({ folder, port }) => {
      const card = await openSoftwareCard({ folder, ...replayedCard(clock) });
      return { card, reader: await presentCard(card, { port, patienceMs }) };
    }),
  );
  return {
    ready: {},
    async stop() {
      for (const { reader } of inserted) reader.remove();
      await Promise.all(inserted.map(({ card }) => card.close()));
    },
  };
});
