// A phone whose browser keeps its profile on disk, so that it can be copied and put back, as backups and moves to another
// phone do.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { flags, type PhoneBench, type Tab } from './phone.fixture.ts';

export class KeptPhone {
  readonly #bench: PhoneBench;
  readonly #folder = mkdtempSync(join(tmpdir(), 'vitalseal-kept-'));
  #context: BrowserContext | undefined;

  constructor(bench: PhoneBench) {
    this.#bench = bench;
  }

  get #profile(): string {
    return join(this.#folder, 'profile');
  }

  async start(): Promise<BrowserContext> {
    this.#context = await chromium.launchPersistentContext(this.#profile, {
      executablePath: '/usr/bin/chromium',
      args: [...flags],
    });
    return this.#context;
  }

  async unlocked(pin: string): Promise<Tab> {
    const tab = await this.#bench.tab(await this.start());
    await tab.until(`state.card.state === 'locked'`);
    const failure = await tab.act('unlock', pin);
    if (failure !== undefined) throw new Error(`expected a phone that the PIN opens, not ${failure}`);
    return tab;
  }

  /** Off, so that all of it is on the disk. */
  async stop(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
  }

  backUp(): void {
    cpSync(this.#profile, join(this.#folder, 'backup'), { recursive: true });
  }

  putBack(): void {
    rmSync(this.#profile, { recursive: true });
    cpSync(join(this.#folder, 'backup'), this.#profile, { recursive: true });
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
