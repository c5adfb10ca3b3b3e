// The patients' cards out of their phones: in virtual readers of a pcscd that is the demo's own, so that it disturbs
// nobody else's, and has a reader for each patient where Debian's has two.
import { fileURLToPath } from 'node:url';
import { mostReaders, type OwnPcscd, startPcscd } from '@vitalseal/uicc/node';
import { DemoError } from '../errors.ts';
import type { CardsProcessOptions } from './cards-process.ts';
import { Supervised, type Supervision } from './supervised.ts';

const script = fileURLToPath(new URL('./cards-process.ts', import.meta.url));

/** In the phones' process, or in virtual readers of the PC/SC stack. */
export type CardsAre = 'software' | 'pcsc';

/** How a phone finds its card. */
export interface CardInReader {
  readonly socketPath: string;
  readonly reader: string;
}

export class CardsInReaders {
  readonly process: Supervised;
  readonly inReaders: readonly CardInReader[];
  readonly #pcscd: OwnPcscd;

  private constructor(pcscd: OwnPcscd, process: Supervised) {
    this.#pcscd = pcscd;
    this.process = process;
    this.inReaders = pcscd.readers.map(({ name }) => ({ socketPath: pcscd.socketPath, reader: name }));
  }

  /** @throws DemoError `demo-option` for more patients than pcscd has readers */
  static async start(folders: readonly string[], supervision: Supervision): Promise<CardsInReaders> {
    expectReaders(folders.length);
    const pcscd = await startPcscd({ readers: folders.length });
    const cards = pcscd.readers.map(({ port }, n) => ({ folder: folders[n] ?? '', port }));
    const options: CardsProcessOptions = { cards };
    const process = new Supervised({ ...supervision, name: 'the cards', script, options });
    const inReaders = new CardsInReaders(pcscd, process);
    try {
      await process.start();
    } catch (error) {
      await inReaders.stop();
      throw error;
    }
    return inReaders;
  }

  async stop(): Promise<void> {
    await this.process.stop();
    await this.#pcscd.stop();
  }
}

/** @throws DemoError `demo-option` */
export function expectReaders(patients: number): void {
  if (patients <= mostReaders) return;
  throw new DemoError(
    'demo-option',
    `expected at most ${mostReaders} patients with --card pcsc: pcscd has no more readers`,
  );
}
