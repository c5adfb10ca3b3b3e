// The patient's phone, without its screens or with them: built as the app is, served by a hospital of the test's own, and
// driven in headless Chromium. Whatever the browser complains of is kept.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeManifest } from '@vitalseal/certifying-authority/node';
import { decodeStep2Message, type Step2Message } from '@vitalseal/protocol';
import react from '@vitejs/plugin-react';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { anna, Clinic } from '../journeys/clinic.fixture.ts';

const root = fileURLToPath(new URL('../../apps/patient/web', import.meta.url));
const pages = { phone: 'src/phone/testing/index.html', screens: 'src/phone/testing/screens.html' };
export const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
];
const patienceMs = 60_000;

/** What a browser logs of a hospital that is away on purpose. */
const expectedComplaint = /Failed to load resource/;

/** As `apps/patient/web/src/phone/phone-state.ts` has it; what is read here is what a test asks about. */
export interface SeenState {
  readonly card: { readonly state: string; readonly triesLeft?: number; readonly code?: string };
  readonly patient?: string;
  readonly readings: readonly SeenReading[];
  readonly delivery: { readonly state: string; readonly code?: string };
  readonly waiting: { readonly readings: number; readonly room: number };
  readonly consent: { readonly readings: boolean; readonly location: boolean };
  readonly emergency: { readonly state: string };
  readonly clockAheadMs?: number;
  readonly putBack?: { readonly from: number; readonly until: number };
  readonly storage: { readonly full: boolean; readonly persistent: boolean };
  readonly [name: string]: unknown;
}

interface Activating {
  readonly context?: BrowserContext;
  readonly sensors?: string[];
  readonly policy?: NonNullable<Parameters<Clinic['invite']>[0]>['policy'];
}

export interface SeenReading {
  readonly key: string;
  readonly measuredAt: number;
  readonly measurements: readonly unknown[];
  readonly source: { readonly kind: string };
  readonly where: { readonly place: string; readonly code?: string; readonly confirmedAt?: number };
  readonly late: boolean;
}

export interface BrowserOptions {
  readonly env?: Record<string, string>;
  readonly args?: readonly string[];
  /** The phone alone if left out. */
  readonly page?: keyof typeof pages;
}

export class PhoneBench {
  readonly clinic: Clinic;
  readonly complaints: string[] = [];
  readonly context: BrowserContext;
  readonly #browser: Browser;
  readonly #folder: string;
  readonly #page: string;

  private constructor(clinic: Clinic, browser: Browser, context: BrowserContext, folder: string, page: string) {
    this.clinic = clinic;
    this.#browser = browser;
    this.context = context;
    this.#folder = folder;
    this.#page = page;
  }

  /** @param browser how to start it beside what every test does */
  static async open(browserOptions: BrowserOptions = {}): Promise<PhoneBench> {
    const folder = mkdtempSync(join(tmpdir(), 'vitalseal-phone-'));
    const page = pages[browserOptions.page ?? 'phone'];
    await build({
      root,
      plugins: [react()],
      base: '/patient/',
      configFile: false,
      logLevel: 'error',
      worker: { format: 'es' },
      build: {
        target: 'es2024',
        outDir: folder,
        emptyOutDir: true,
        modulePreload: { polyfill: false },
        rolldownOptions: { input: join(root, page) },
      },
    });
    await writeManifest(folder, 'vitalseal-patient-app', '0.0.0');
    // Nobody vouches for it: which release runs is not these tests' matter.
    const clinic = await Clinic.open({ pages: { patient: folder } });
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: [...flags, ...(browserOptions.args ?? [])],
      ...(browserOptions.env && { env: browserOptions.env }),
    });
    return new PhoneBench(clinic, browser, await browser.newContext({ locale: 'en-GB' }), folder, page);
  }

  /** A tab with the phone in it. */
  async tab(context = this.context): Promise<Tab> {
    const page = await context.newPage();
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !expectedComplaint.test(text)) this.complaints.push(text);
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    await page.goto(`${this.clinic.hospital.peopleUrl}/patient/${this.#page}`);
    const isThere = await page.evaluate<boolean>(`'phone' in globalThis`);
    if (!isThere)
      throw new Error(`expected a phone: ${this.complaints.join()} ${(await page.content()).slice(0, 500)}`);
    return new Tab(page);
  }

  /** A tab whose card has come into the patient's care. */
  async activated(pin: string, { context = this.context, sensors = [], policy = {} }: Activating = {}): Promise<Tab> {
    // The hospital's policy: a test does not wait a minute for a hospital that is back.
    const { code } = await this.clinic.invite({ sensors, policy: { retrySeconds: 1, maxRetrySeconds: 2, ...policy } });
    const tab = await this.tab(context);
    await tab.until(`state.card.state === 'new'`);
    const failure = await tab.act('activate', code, pin);
    if (failure !== undefined) throw new Error(`expected an activated phone, not ${failure}`);
    return tab;
  }

  /** Another phone: another browser profile. */
  anotherPhone(): Promise<BrowserContext> {
    return this.#browser.newContext();
  }

  /** How many readings the hospital has. */
  async readings(): Promise<number> {
    return this.clinic.store.readings.countOf(await this.#patient());
  }

  /** What the hospital has, in the order in which it came. */
  async stored(): Promise<Step2Message[]> {
    const { store } = this.clinic;
    const rows = await store.transaction((db) => store.readings.storedAfter(db, 0, 100_000));
    return rows.map(({ payload }) => decodeStep2Message(new Uint8Array(payload)));
  }

  /** The rules of the alarms that are open. */
  async openAlarms(): Promise<string[]> {
    const { store } = this.clinic;
    return (await store.alarms.open()).map(({ rule }) => rule);
  }

  async #patient(): Promise<number> {
    const patient = await this.clinic.store.patients.find(anna.id);
    if (!patient) throw new Error('expected the patient');
    return patient.number;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.clinic.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export class Tab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  state(): Promise<SeenState> {
    return this.page.evaluate('phone.state');
  }

  /** @returns the code of what was thrown, or undefined */
  act(deed: string, ...given: readonly unknown[]): Promise<string | undefined> {
    const call = `phone[${JSON.stringify(deed)}](...${JSON.stringify(given)})`;
    return this.page.evaluate(`${call}.then(() => undefined, (error) => error.code ?? String(error))`);
  }

  /** @param condition on `state`. Asked again and again from outside: the page's policy lets nobody make code of texts. */
  async until(condition: string, withinMs = patienceMs): Promise<SeenState> {
    const deadline = performance.now() + withinMs;
    while (!(await this.page.evaluate<boolean>(`(({ state }) => ${condition})(phone)`))) {
      if (performance.now() > deadline) {
        throw new Error(`expected ${condition}, found ${JSON.stringify(await this.state()).slice(0, 2000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return this.state();
  }
}
