// The patient's app in a patient's hand: what is pressed, typed and shown to the camera, and nothing else.
import { sensorCodeForScanning } from '@vitalseal/protocol';
import type { CDPSession, Page } from 'playwright-core';
import type { ScreenWords } from './patient-languages.fixture.ts';
import { picture } from './pictures.fixture.ts';
import type { RadioWard } from './radio-ward.fixture.ts';

const pin = '2580';

export class PatientPhone {
  readonly page: Page;
  readonly words: ScreenWords;
  /** For the browser's own list of devices. */
  readonly devices: CDPSession;
  readonly #ward: RadioWard;

  private constructor(ward: RadioWard, page: Page, words: ScreenWords, devices: CDPSession) {
    this.#ward = ward;
    this.page = page;
    this.words = words;
    this.devices = devices;
  }

  static async of(ward: RadioWard, words: ScreenWords): Promise<PatientPhone> {
    const page = await ward.phone(words.locale);
    return new PatientPhone(ward, page, words, await page.context().newCDPSession(page));
  }

  heading(name: string): Promise<void> {
    return this.page.getByRole('heading', { name, exact: true }).waitFor();
  }

  press(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).click();
  }

  follow(name: string): Promise<void> {
    return this.page.getByRole('link', { name, exact: true }).click();
  }

  text(text: string): Promise<void> {
    return this.page.getByText(text, { exact: true }).first().waitFor();
  }

  picture(name: string): Promise<void> {
    return picture(this.page, `${this.words.locale}-${name}`);
  }

  /** By the hospital's letter, held in front of the camera. */
  async activate(patient: string): Promise<void> {
    const { words } = this;
    this.#ward.showToCamera(this.#ward.letterOf(patient));
    await this.page.goto(this.#ward.app);
    await this.heading(words.welcome);
    await this.picture('01-welcome');
    await this.press(words.scan);
    for (const title of [words.choosePin, words.pinAgain]) {
      await this.heading(title);
      await this.picture('02-pin');
      await this.page.getByLabel(words.pin, { exact: true }).fill(pin);
      await this.press(words.next);
    }
    await this.heading(words.today);
    await this.picture('03-today');
  }

  /** The app is opened again, with the PIN, on the screen where it was closed. */
  async reopen(): Promise<void> {
    await this.page.reload();
    await this.page.getByLabel(this.words.pin, { exact: true }).fill(pin);
    await this.press(this.words.open);
    await this.page.getByRole('link', { name: this.words.sensors, exact: true }).waitFor();
  }

  /** To where the code on a sensor of the hospital is asked for, and past it. */
  async giveSensorCode(code: string, by: 'keys' | 'camera'): Promise<void> {
    const { words } = this;
    await this.follow(words.sensors);
    await this.picture('04-sensors');
    await this.follow(words.addSensor);
    await this.picture('05-which-sensor');
    await this.page.getByRole('button', { name: words.ofHospital }).click();
    await this.picture('06-sensor-code');
    if (by === 'camera') {
      this.#ward.showToCamera(sensorCodeForScanning(code));
      await this.press(words.scanCode);
    } else {
      await this.page.getByLabel(words.code, { exact: true }).fill(code);
      await this.picture('06-sensor-code-typed');
      await this.press(words.next);
    }
    await this.heading(words.find);
    await this.picture('07-find');
  }

  async toOwnSensor(): Promise<void> {
    await this.follow(this.words.sensors);
    await this.follow(this.words.addSensor);
    await this.page.getByRole('button', { name: this.words.ofMine }).click();
    await this.heading(this.words.find);
    await this.picture('10-find-own');
  }
}
