// What stands around patients whose phones hear sensors: a hospital that serves the built app, letters for its patients, an
// emulated radio, and a browser whose Bluetooth and camera are the test's. Whatever the browser complains of is kept.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rosterChanged } from '@vitalseal/app-hospital';
import { type Bluez, type RadioRoom, startBluez, startRadioRoom } from '@vitalseal/ble/testing';
import { decodeStep2Message, type Reading } from '@vitalseal/protocol';
import { type Browser, chromium, type Page } from 'playwright-core';
import { anna, Clinic } from '../journeys/clinic.fixture.ts';
import { filmOf } from './qr-video.fixture.ts';

const dist = fileURLToPath(new URL('../../apps/patient/web/dist', import.meta.url));
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
/** Of a hospital whose release nobody vouches for, which is not these tests' matter. */
const expectedComplaint = /\/patient\/attestation$/;

export class RadioWard {
  readonly clinic: Clinic;
  readonly room: RadioRoom;
  readonly bluez: Bluez;
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  readonly #folder: string;
  readonly #letters: ReadonlyMap<string, string>;

  private constructor(
    parts: Pick<RadioWard, 'clinic' | 'room' | 'bluez'> & {
      readonly browser: Browser;
      readonly folder: string;
      readonly letters: ReadonlyMap<string, string>;
    },
  ) {
    this.clinic = parts.clinic;
    this.room = parts.room;
    this.bluez = parts.bluez;
    this.#browser = parts.browser;
    this.#folder = parts.folder;
    this.#letters = parts.letters;
  }

  /**
   * @param patients by their identity, Anna among them or not
   * @param moreFlags of the browser
   */
  static async open(patients: readonly string[], moreFlags: readonly string[] = []): Promise<RadioWard> {
    if (!existsSync(dist)) throw new Error('expected the built app: run "npm run build" first');
    const clinic = await Clinic.open({ pages: { patient: dist } });
    const letters = new Map<string, string>();
    for (const identity of patients) {
      if (identity !== anna.id) {
        await clinic.store.patients.admit({ identity, name: identity, bed: '', policy: null, at: Date.now() });
        await rosterChanged(clinic.store);
      }
      const { code } = await clinic.invite({ patient: identity });
      letters.set(identity, `${clinic.hospital.peopleUrl}/patient/#${code}`);
    }
    const room = await startRadioRoom();
    const bluez = await startBluez((await room.controller()).address);
    const folder = mkdtempSync(join(tmpdir(), 'vitalseal-ward-'));
    const film = filmOf('nothing yet', join(folder, 'camera.y4m'));
    const { env, args } = bluez.launchOptions;
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      env,
      args: [...flags, ...camera, `--use-file-for-fake-video-capture=${film}`, ...args, ...moreFlags],
    });
    return new RadioWard({ clinic, room, bluez, browser, folder, letters });
  }

  /** A phone of its own, without the app yet. */
  async phone(locale: string): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 390, height: 844 }, locale });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      const { url } = message.location();
      if (message.type() === 'error' && !expectedComplaint.test(url)) this.complaints.push(`${message.text()} ${url}`);
    });
    return page;
  }

  get app(): string {
    return `${this.clinic.hospital.peopleUrl}/patient/`;
  }

  /** From the next time that a camera is opened it sees this. */
  showToCamera(text: string): void {
    filmOf(text, join(this.#folder, 'camera.y4m'));
  }

  letterOf(patient: string): string {
    const letter = this.#letters.get(patient);
    if (letter === undefined) throw new Error('expected a patient of this ward');
    return letter;
  }

  /** What the hospital has of a patient, in the order in which it came. */
  async readingsOf(patient: string): Promise<Reading[]> {
    const { store } = this.clinic;
    const rows = await store.transaction((db) => store.readings.storedAfter(db, 0, 100_000));
    return rows
      .map(({ payload }) => decodeStep2Message(new Uint8Array(payload)))
      .filter(({ sender }) => sender.id === patient)
      .map(({ reading }) => reading);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.bluez.close();
    await this.room.close();
    await this.clinic.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
