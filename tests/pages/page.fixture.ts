// A built page in headless Chromium, served by a hospital of the protocol's own parts under the policy that hospitals
// send. Whatever the browser complains of, a violation of that policy above all, fails the test.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TestHospital as Hospital, type TestHospital, type TestHospitalOptions } from '@vitalseal/clinician/testing';
import type { Role } from '@vitalseal/protocol';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export type PageName = 'doctor' | 'ambulance' | 'office';

export const dist = (page: PageName): string => fileURLToPath(new URL(`../../apps/${page}/dist`, import.meta.url));

/** What a browser logs of a hospital that is away or refuses on purpose; what a page asks for is there. */
const expectedComplaint = /Failed to load resource(?!.*status of 404)/;
/** Of what the pages are sent with: a header that the browser does not understand guards nothing. */
const misunderstood = /header|policy/i;

export class PageBench {
  readonly hospital: TestHospital;
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  readonly #context: BrowserContext;
  readonly #name: PageName;

  private constructor(hospital: TestHospital, name: PageName, browser: Browser, context: BrowserContext, page: Page) {
    this.hospital = hospital;
    this.page = page;
    this.#browser = browser;
    this.#context = context;
    this.#name = name;
    page.on('console', (message) => {
      const text = message.text();
      const counts =
        message.type() === 'error'
          ? !expectedComplaint.test(text)
          : message.type() === 'warning' && misunderstood.test(text);
      if (counts) this.complaints.push(text);
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  static async open(
    name: PageName,
    options: TestHospitalOptions = {},
    moreFlags: readonly string[] = [],
  ): Promise<PageBench> {
    if (!existsSync(dist(name))) throw new Error(`expected the built page ${name}: run "npm run build" first`);
    const pages = options.pages ?? { [`/${name}/`]: dist(name) };
    const hospital = await Hospital.start({ heartbeatMs: 300, ...options, pages });
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: [...flags, ...moreFlags] });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    return new PageBench(hospital, name, browser, context, await context.newPage());
  }

  /** Opens a fresh sign-in link, as the person it is for would. */
  async signIn(id: string, role: Role = this.#name === 'office' ? 'administrator' : this.#name): Promise<void> {
    await this.page.goto(await this.hospital.link({ role, id }, `${this.#name}/`));
    await this.page.locator('header').first().waitFor();
  }

  async raise(alarm: string, envelopeOf: Parameters<TestHospital['listening'][number]['envelope']>[0]): Promise<void> {
    for (const channel of this.hospital.listening) {
      await channel.say({
        type: 'alarm',
        envelope: await channel.envelope({ ...envelopeOf, alarm }, this.hospital.own),
      });
    }
  }

  /** Everything that scripts of this origin could find on disk, but for the key's own database. */
  async stored(): Promise<string> {
    return this.page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
  }

  async close(): Promise<void> {
    await this.#context.close();
    await this.#browser.close();
    await this.hospital.stop();
  }
}
