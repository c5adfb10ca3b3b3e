// A person at a browser of their own, with an authenticator that Chromium plays (the DevTools protocol's WebAuthn domain):
// it holds passkeys, verifies the person and touches itself, as a phone's fingerprint sensor would.
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  // Several people at once: a window behind another is as awake as the one in front.
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });

/** What a browser logs of a hospital that refuses, or is away, on purpose. */
const expectedComplaint = /Failed to load resource/;

export class PersonAtBrowser {
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;
  readonly #devTools: CDPSession;
  readonly #authenticator: string;

  private constructor(context: BrowserContext, page: Page, devTools: CDPSession, authenticator: string) {
    this.#context = context;
    this.page = page;
    this.#devTools = devTools;
    this.#authenticator = authenticator;
    page.on('console', (message) => {
      if (message.type() === 'error' && !expectedComplaint.test(message.text())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  static async at(browser: Browser): Promise<PersonAtBrowser> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const devTools = await context.newCDPSession(page);
    await devTools.send('WebAuthn.enable');
    const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new PersonAtBrowser(context, page, devTools, authenticatorId);
  }

  /** Whether the finger that touches the sensor is the right one. */
  async isVerified(isUserVerified: boolean): Promise<void> {
    await this.#devTools.send('WebAuthn.setUserVerified', { authenticatorId: this.#authenticator, isUserVerified });
  }

  /** What scripts of this origin could find on disk, but for the key's own database. */
  stored(): Promise<string> {
    return this.page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }
}
