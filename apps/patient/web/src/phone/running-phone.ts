// One phone for the life of the page. Each deed settles when the card has done it durably; the state follows from what
// the card answers, never from what was hoped.

import type { Measurement } from '@vitalseal/protocol';
import { PinRefused } from '@vitalseal/secure-element/terminal';
import type { MessageLink } from '@vitalseal/sensor-link';
import { openRelease, type ReleaseWatch } from '../integrity/index.ts';
import { activate, checkedCode, isInCare, personalised } from './activation.ts';
import { CardInPage } from './card/card-in-page.ts';
import { forgetCard } from './card/forget-card.ts';
import { DeliveryNews } from './delivery-news.ts';
import { closedState, firstState } from './first-state.ts';
import { codeOf, PhoneError } from './phone-error.ts';
import type { CardState, Phone, PhoneState } from './phone-state.ts';
import { Place } from './place.ts';
import { Sensors } from './sensors/sensors.ts';
import { persist } from './storage.ts';
import { Told } from './told.ts';
import { findTrace, leaveTrace, removeTrace } from './trace.ts';

export interface RunningPhoneOptions {
  readonly name: string;
  readonly base: string;
}

const otherTabEveryMs = 2000;
/** What sensors say in the meantime is shown together: a sensor that was away hands over hours of readings. */
const showEveryMs = 300;

export class RunningPhone implements Phone {
  readonly #options: RunningPhoneOptions;
  readonly #state = new Told<PhoneState>(firstState);
  readonly #release: ReleaseWatch = openRelease();
  readonly #news: DeliveryNews;
  readonly #place = new Place();
  readonly #sensors: Sensors;
  #card: CardInPage | undefined;
  #closed = false;
  #lookingAgain: ReturnType<typeof setTimeout> | undefined;
  #showing: ReturnType<typeof setTimeout> | undefined;

  constructor(options: RunningPhoneOptions) {
    this.#options = options;
    this.#news = new DeliveryNews(this.#state);
    this.#sensors = new Sensors({
      changed: (change) => this.#state.replace(change),
      taken: () => this.#taken(),
    });
    this.#release.subscribe(() => this.#state.replace({ update: this.#release.state.update }));
  }

  get state(): PhoneState {
    return this.#state.value;
  }

  subscribe(changed: () => void): () => void {
    return this.#state.subscribe(changed);
  }

  start(): void {
    void persist().then((persistent) => this.#state.replace({ storage: { ...this.state.storage, persistent } }));
    void this.#open();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#lookingAgain);
    clearTimeout(this.#showing);
    this.#place.stop();
    this.#sensors.stop();
    this.#card?.end();
    this.#card = undefined;
  }

  async activate(code: string, pin: string): Promise<void> {
    checkedCode(code);
    const card = await this.#freshCard();
    this.#state.replace({ card: { state: 'activating' } });
    try {
      await card.mha.setFirstPin(pin);
      card.isOpen = true;
      await activate(card, code);
      await personalised(card);
    } catch (error) {
      // Once the code's key is replaced the card is the hospital's, and what is left to do goes on with the PIN.
      const inCare = await isInCare(card).catch(() => false);
      this.#state.replace({ card: inCare ? { state: 'locked', triesLeft: undefined } : { state: 'new' } });
      throw error;
    }
    await this.#opened(card);
  }

  async unlock(pin: string): Promise<void> {
    const card = this.#expectCard();
    await this.#presenting(card, () => card.mha.verify(pin));
    card.isOpen = true;
    card.stir();
    if ((await card.domain.standing()).mha === 'selectable') await personalised(card);
    await this.#opened(card);
  }

  async lock(): Promise<void> {
    const card = this.#expectCard();
    await card.mha.logOut();
    this.#news.forget();
    this.#state.replace({ ...closedState, card: { state: 'locked', triesLeft: undefined } });
  }

  async changePin(pin: string, newPin: string): Promise<void> {
    const card = this.#expectCard();
    await this.#presenting(card, () => card.mha.changePin(pin, newPin));
  }

  async unblock(code: string, newPin: string): Promise<void> {
    const card = this.#expectCard();
    try {
      await card.mha.unblock(code, newPin);
    } catch (error) {
      if (!(error instanceof PinRefused)) throw error;
      throw new PhoneError('unblocking-code-refused', "expected the hospital's unblocking code", { cause: error });
    }
    card.isOpen = true;
    await this.#opened(card);
  }

  async wipe(): Promise<void> {
    this.#place.stop();
    this.#sensors.forget();
    this.#card?.end();
    this.#card = undefined;
    this.#news.forget();
    this.#state.replace({ ...firstState, storage: this.state.storage, bluetooth: this.state.bluetooth });
    removeTrace();
    await forgetCard(this.#options.name);
    await this.#release.forget();
    await this.#open();
  }

  async enter(measurements: readonly Measurement[]): Promise<void> {
    const card = this.#expectCard();
    const now = Date.now();
    const measuredAt = { utcMs: now, offsetMinutes: -new Date(now).getTimezoneOffset() };
    await this.#growing(() => card.mha.enterReading({ measuredAt, measurements }));
    await this.#fetchNews(card);
    card.stir();
  }

  async addSealedSensor(code: string): Promise<void> {
    await this.#sensors.addSealed(code);
  }

  async addStandardSensor(): Promise<void> {
    await this.#sensors.addStandard();
  }

  /** A sealed sensor's link that came about in another way than by this browser's Bluetooth. */
  linkSensor(messages: MessageLink): void {
    this.#sensors.link(messages);
  }

  async reconnect(sensor: string): Promise<void> {
    await this.#sensors.reconnect(sensor);
  }

  async removeSensor(sensor: string): Promise<void> {
    await this.#sensors.remove(sensor);
  }

  async shareLocation(share: boolean): Promise<void> {
    const card = this.#expectCard();
    if (share) {
      await this.#watchPlace(card);
    } else {
      this.#place.stop();
      await card.mha.tellPlace(undefined);
      this.#state.replace({ location: { state: 'not-shared' } });
    }
    if (this.state.consent.location !== share) await this.#consent(card, { ...this.state.consent, location: share });
  }

  async shareReadings(share: boolean): Promise<void> {
    const card = this.#expectCard();
    if (this.state.consent.readings !== share) await this.#consent(card, { ...this.state.consent, readings: share });
  }

  async callForHelp(): Promise<void> {
    const card = this.#expectCard();
    const since = Date.now();
    this.#state.replace({ emergency: { state: 'asking' } });
    try {
      const at = { utcMs: since, offsetMinutes: -new Date(since).getTimezoneOffset() };
      this.#news.called(await card.mha.callForHelp(at), since);
    } catch (error) {
      this.#state.replace({ emergency: { state: 'unconfirmed', since } });
      throw error;
    }
    card.stir();
  }

  async applyUpdate(): Promise<void> {
    this.#card?.end();
    await this.#release.apply();
  }

  async #open(): Promise<void> {
    const { name, base } = this.#options;
    try {
      const card = await CardInPage.start({
        name,
        base,
        moved: () => this.#moved(),
        clockAhead: (ms) => this.#state.replace({ clockAheadMs: ms }),
        failed: (error) => this.#failed(error),
        fault: (code) => this.#faulty(code),
      });
      if (this.#closed) return card.end();
      this.#card = card;
      card.stir();
      await this.#sayHowItStands(card);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Of a card that nobody has opened since it was started. */
  async #sayHowItStands(card: CardInPage): Promise<void> {
    const pin = await card.pin();
    if (pin.state === 'blocked') return this.#state.replace({ card: { state: 'blocked' } });
    if (pin.state === 'not-set' || !(await isInCare(card))) return this.#sayNew();
    const triesLeft = pin.state === 'wanted' ? pin.triesLeft : undefined;
    this.#state.replace({ card: { state: 'locked', triesLeft } });
  }

  /** A fresh card where there was one before: its store was thrown away while the app was closed. */
  #sayNew(): void {
    const before = findTrace();
    this.#state.replace({ card: before ? { state: 'lost', waiting: before.waiting } : { state: 'new' } });
  }

  /** One that was given a code which led to nothing has nothing worth keeping, its PIN included. */
  async #freshCard(): Promise<CardInPage> {
    const card = this.#expectCard();
    if ((await card.pin()).state === 'not-set') return card;
    if (await isInCare(card)) throw new PhoneError('card-activated', 'expected a fresh card');
    card.end();
    this.#card = undefined;
    await forgetCard(this.#options.name);
    await this.#open();
    return this.#expectCard();
  }

  async #opened(card: CardInPage): Promise<void> {
    const { anchors } = await card.mha.certificates();
    await this.#release.trust(anchors);
    await this.#fetchNews(card);
    this.#state.replace({ card: { state: 'open' } });
    card.stir();
    // What was chosen before comes by itself, or waits for the patient.
    void this.#sensors.start(card.mha).catch(() => {});
    void this.#resumePlace(card).catch(() => {});
  }

  async #consent(card: CardInPage, consent: PhoneState['consent']): Promise<void> {
    await card.mha.changeConsent(consent);
    this.#state.replace({ consent });
    card.stir();
  }

  /** Where the patient shares it and the browser need not ask again. */
  async #resumePlace(card: CardInPage): Promise<void> {
    if (!this.state.consent.location) return;
    const { state } = await navigator.permissions.query({ name: 'geolocation' });
    if (state === 'granted') await this.#watchPlace(card);
  }

  async #watchPlace(card: CardInPage): Promise<void> {
    this.#state.replace({ location: { state: 'asking' } });
    await this.#place.start((last, isDenied) => {
      void card.mha.tellPlace(last).catch(() => {});
      this.#state.replace({ location: isDenied ? { state: 'denied' } : { state: 'shared', last } });
    });
  }

  async #presenting(card: CardInPage, present: () => Promise<void>): Promise<void> {
    try {
      await present();
    } catch (error) {
      if (codeOf(error) === 'pin-blocked') {
        this.#news.forget();
        this.#state.replace({ ...closedState, card: { state: 'blocked' } });
      } else if (error instanceof PinRefused) {
        const { triesLeft } = error;
        this.#news.forget();
        this.#state.replace({ ...closedState, card: { state: 'locked', triesLeft } });
      } else {
        await this.#sayHowItStands(card).catch(() => {});
      }
      throw error;
    }
  }

  async #fetchNews(card: CardInPage): Promise<void> {
    await this.#news.fetch(card.mha);
    leaveTrace({ waiting: this.state.waiting.readings });
  }

  async #moved(): Promise<void> {
    const card = this.#card;
    if (card && this.state.card.state === 'open') await this.#fetchNews(card);
    this.#sensors.roomFreed();
  }

  /** Of a sensor: there is room then, and something to carry and to show. */
  #taken(): void {
    if (this.state.storage.full) this.#state.replace({ storage: { ...this.state.storage, full: false } });
    this.#showing ??= setTimeout(() => {
      this.#showing = undefined;
      this.#card?.stir();
    }, showEveryMs);
  }

  /** A full store is said until there is room again. */
  async #growing<T>(work: () => Promise<T>): Promise<T> {
    try {
      const done = await work();
      this.#state.replace({ storage: { ...this.state.storage, full: false } });
      return done;
    } catch (error) {
      this.#faulty(codeOf(error));
      throw error;
    }
  }

  #faulty(code: string): void {
    if (code === 'storage-full') this.#state.replace({ storage: { ...this.state.storage, full: true } });
    if (code === 'storage-lost') this.#endCard({ state: 'lost', waiting: findTrace()?.waiting ?? 0 });
  }

  #failed(error: unknown): void {
    if (this.#closed) return;
    const code = codeOf(error);
    // What a command says after its store has gone is no news.
    if (this.state.card.state === 'lost') return;
    const isElsewhere = code === 'storage-in-use';
    this.#endCard(isElsewhere ? { state: 'elsewhere' } : { state: 'unusable', code });
    if (isElsewhere) this.#lookingAgain = setTimeout(() => void this.#open(), otherTabEveryMs);
  }

  #endCard(standing: CardState): void {
    this.#place.stop();
    this.#sensors.stop();
    this.#card?.end();
    this.#card = undefined;
    this.#news.forget();
    this.#state.replace({ ...closedState, card: standing });
  }

  #expectCard(): CardInPage {
    if (!this.#card) throw new PhoneError('card-gone', 'expected a card that is there');
    return this.#card;
  }
}
