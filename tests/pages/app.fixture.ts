// The patient's app as a phone meets it: the built app, attested by a real authority, served by a real hospital, in headless
// Chromium. Between the two stands whoever can change what a server sends: first nobody.

import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningAuthority, startAuthority } from '@vitalseal/app-certifying-authority';
import {
  enrolHospital,
  type Hospital,
  inviteCard,
  openHospitalStore,
  readHospitalKeys,
  startHospital,
} from '@vitalseal/app-hospital';
import { measurePage, writeManifest } from '@vitalseal/certifying-authority/node';
import type { Identity } from '@vitalseal/protocol';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { Front } from './front.fixture.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface ReleaseNews {
  readonly update: string;
  readonly code: string | undefined;
  readonly version: string | undefined;
  readonly rooted: boolean;
}

const identity: Identity = { role: 'hospital', id: 'st-example' };
const patient: Identity = { role: 'patient', id: 'anna' };
const serverNames = ['localhost', '127.0.0.1'];
const dist = fileURLToPath(new URL('../../apps/patient/web/dist', import.meta.url));
const releaseName = 'vitalseal-patient-app';
/** How Chromium is started for these tests. */
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];

interface BenchParts {
  readonly folder: string;
  readonly front: Front;
  readonly authority: RunningAuthority;
  readonly authorityName: string;
  readonly browser: Browser;
  readonly closing: (() => unknown)[];
}

export class AppBench {
  readonly front: Front;
  readonly authority: RunningAuthority;
  readonly authorityName: string;
  readonly #folder: string;
  readonly #browser: Browser;
  readonly #closing: (() => unknown)[];
  readonly #serials = new Map<string, string>();
  #hospital: Hospital | undefined;
  #browsers = 0;

  private constructor({ folder, front, authority, authorityName, browser, closing }: BenchParts) {
    this.#folder = folder;
    this.front = front;
    this.authority = authority;
    this.authorityName = authorityName;
    this.#browser = browser;
    this.#closing = closing;
  }

  /** @param options.authorityName that of another bench's: an authority of the same name, and of other keys */
  static async open({ authorityName = `Test ${randomUUID()}` } = {}): Promise<AppBench> {
    if (!existsSync(join(dist, 'release.manifest')))
      throw new Error('expected the built app: run "npm run build" first');
    const folder = mkdtempSync(join(tmpdir(), 'vitalseal-app-'));
    const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
    const authority = await startAuthority({ dataDir: join(folder, 'ca'), createAs: authorityName });
    closing.push(() => authority.close());
    const front = await Front.open();
    closing.push(() => front.close());
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
    closing.push(() => browser.close());
    const { code } = await authority.authority.invite({ identity, serverNames, registrationAuthority: true });
    const { url: authorityUrl, rootFingerprint } = authority;
    const dataDir = join(folder, 'hospital');
    const keys = { kind: 'software' } as const;
    await enrolHospital({ dataDir, authorityUrl, rootFingerprint, identity, code, serverNames, keys });
    return new AppBench({ folder, front, authority, authorityName, browser, closing });
  }

  /** A folder of the built app under a version of its own, which its document says. */
  async build(version: string, change: (folder: string) => void = () => undefined): Promise<string> {
    const folder = mkdtempSync(join(this.#folder, `app-${version}-`));
    cpSync(dist, folder, { recursive: true });
    const file = join(folder, 'index.html');
    const html = readFileSync(file, 'utf8');
    writeFileSync(file, html.replace('</head>', `<meta name="release" content="${version}"></head>`));
    change(folder);
    await writeManifest(folder, releaseName, version);
    return folder;
  }

  async attest(folder: string): Promise<Bytes> {
    const { release } = await measurePage(folder);
    const { attestation, serial } = await this.authority.authority.attest(release);
    this.#serials.set(release.version, serial);
    return attestation;
  }

  /** Takes the authority's word for a version back. */
  async revoke(version: string): Promise<void> {
    await this.authority.authority.revoke({ serial: this.#serials.get(version) ?? '' });
  }

  /** For a patient of the hospital that serves: the link of the letter. */
  async invitePatient(): Promise<string> {
    const store = await openHospitalStore({ dataDir: join(this.#folder, 'hospital') });
    try {
      const { id } = patient;
      await store.patients.admit({ identity: id, name: 'Anna Berg', bed: '', policy: null, at: Date.now() });
      const server = { host: 'localhost', port: Number(new URL(this.#running.devicesUrl).port) };
      const { code } = await inviteCard(store, {
        patient: id,
        sensors: [],
        server,
        pollSeconds: 10,
        policy: {},
        validMs: 3_600_000,
      });
      return new URL(`/patient/#${code}`, this.front.url).href;
    } finally {
      await store.close();
    }
  }

  get #running(): Hospital {
    if (this.#hospital === undefined) throw new Error('expected a hospital that runs');
    return this.#hospital;
  }

  get hospitalUrl(): string {
    return this.#running.peopleUrl;
  }

  /** The hospital is started (again) with this build. */
  async serve(folder: string, patientAttestation?: Bytes): Promise<void> {
    await this.#hospital?.stop();
    const dataDir = join(this.#folder, 'hospital');
    this.#hospital = await startHospital({
      dataDir,
      keys: await readHospitalKeys(dataDir),
      authorityUrl: this.authority.url,
      pages: { patient: folder },
      patientAttestation,
    });
    this.front.leadsTo(this.#hospital.peopleUrl);
  }

  /** Builds, attests and serves. */
  async deploy(version: string, change?: (folder: string) => void): Promise<string> {
    const folder = await this.build(version, change);
    await this.serve(folder, await this.attest(folder));
    return folder;
  }

  /** A phone that keeps what it was given, also when its browser is closed. */
  async phone(): Promise<Phone> {
    const profile = join(this.#folder, `profile-${this.#browsers++}`);
    const phone = new Phone(profile, new URL('/patient/', this.front.url).href);
    this.#closing.push(() => phone.close());
    await phone.start();
    return phone;
  }

  /** A browser that forgets. */
  async page(): Promise<Page> {
    const context = await this.#browser.newContext();
    this.#closing.push(() => context.close());
    return context.newPage();
  }

  async close(): Promise<void> {
    await this.#hospital?.stop();
    for (const close of this.#closing.reverse()) await close();
  }
}

export class Phone {
  readonly url: string;
  readonly complaints: string[] = [];
  readonly #profile: string;
  #context: BrowserContext | undefined;
  #page: Page | undefined;

  constructor(profile: string, url: string) {
    this.#profile = profile;
    this.url = url;
  }

  get page(): Page {
    if (this.#page === undefined) throw new Error('expected a phone that is on');
    return this.#page;
  }

  async start(): Promise<void> {
    this.#context = await chromium.launchPersistentContext(this.#profile, {
      executablePath: '/usr/bin/chromium',
      args: flags,
    });
    this.#page = this.#context.pages()[0] ?? (await this.#context.newPage());
    this.#context.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  /** Opens the app, and waits until the service worker has it. */
  async install(): Promise<void> {
    await this.page.goto(this.url);
    // One evaluation: what polls would have to make code of a text in the page, which its policy forbids.
    await this.page.evaluate(`navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller
      ? 0 : new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', () => resolve(0))))`);
  }

  /**
   * The app is closed and opened again: no page of it is left. A browser takes a page that was closed out of its service
   * worker's list a moment later; until then it is one in the middle of something. The browser is asked, not the workers: one
   * that is asked by its debugger just when it is replaced may never answer anything again (Chromium 156, one time in twenty).
   */
  async reopen(): Promise<void> {
    const before = this.page;
    this.#page = await before.context().newPage();
    const session = await this.#page.context().newCDPSession(this.#page);
    const pages = new Map<string, number>();
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      for (const { versionId, controlledClients = [] } of versions) pages.set(versionId, controlledClients.length);
    });
    await session.send('ServiceWorker.enable');
    // From before it is closed on: the first list leaves a page out that is just being closed, though the worker has it.
    await expect.poll(() => pages.size).toBeGreaterThan(0);
    await before.close();
    await expect.poll(() => [...pages.values()].every((open) => open === 0)).toBe(true);
    await session.detach();
    await this.#page.goto(this.url);
  }

  /** The version that the document says it is. */
  async shows(): Promise<string | undefined> {
    return (await this.page.evaluate(`document.querySelector('meta[name=release]')?.content`)) as string | undefined;
  }

  /** The browser asks for the service worker's script anew, and is done with what it found. */
  async updateWorker(): Promise<void> {
    await this.page.evaluate(`navigator.serviceWorker.getRegistration('/patient/').then(async (registration) => {
      await registration.update().catch(() => undefined);
      while (registration.installing) await new Promise((resolve) => setTimeout(resolve, 50));
    })`);
  }

  /** Whatever the page asks its service worker; anew if that is replaced, for then it may never answer. */
  async ask(question: string): Promise<ReleaseNews> {
    return (await this.page.evaluate(`new Promise((resolve, reject) => {
      const ask = async () => {
        const { active } = await navigator.serviceWorker.getRegistration('/patient/');
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => resolve(data);
        active.addEventListener('statechange', () => active.state === 'redundant' && ask().catch(reject));
        active.postMessage(${question}, [port2]);
      };
      ask().catch(reject);
    })`)) as ReleaseNews;
  }

  look(): Promise<ReleaseNews> {
    return this.ask(`{ ask: 'look' }`);
  }

  async close(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
  }
}
