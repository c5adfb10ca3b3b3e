// Starts the office's device: the key out of custody, the link, the session.
import type { Bytes, HospitalToOffice, OfficeToHospital } from '@vitalseal/protocol';
import type { DeviceCredential, KeyCustody } from '../custody/key-custody.ts';
import { usableCredential } from '../custody/usable-credential.ts';
import { ClinicianError, codeOf } from '../errors.ts';
import { type Backoff, usualBackoff } from '../link/backoff.ts';
import type { Channel } from '../link/channel.ts';
import { HospitalLink, usualSilenceMs } from '../link/hospital-link.ts';
import { officeLanguage } from '../link/language.ts';
import type { Fetch, Transport } from '../link/transport.ts';
import type { Passkeys } from '../passkey/passkeys.ts';
import { SessionKeeper } from '../session/session-keeper.ts';
import { Store } from '../store.ts';
import type { Office, OfficeAnswer } from './office.ts';
import { emptyOffice, type OfficeState, officeAfter } from './office-state.ts';

export interface OfficeOptions {
  /** Of the people listener; a page gives its own origin. */
  readonly hospitalUrl: string;
  readonly custody: KeyCustody;
  readonly passkeys?: Passkeys;
  /** 'person' where somebody sits in front of it, who may leave. By default 'itself'. */
  readonly opens?: 'itself' | 'person';
  readonly now?: () => number;
  readonly fetch?: Fetch;
  readonly backoff?: Backoff;
  readonly silenceMs?: number;
}

type OfficeChannel = Channel<OfficeToHospital, HospitalToOffice>;

/** @throws ClinicianError `not-enrolled`, `certificate-expired`, `link-for-another-role`, `key-store-unavailable` */
export async function startOffice(options: OfficeOptions): Promise<Office> {
  const { custody, now = Date.now } = options;
  const credential = await usableCredential(custody, ['administrator', 'auditor'], now());
  const transport = { hospitalUrl: options.hospitalUrl, fetch: options.fetch ?? globalThis.fetch.bind(globalThis) };
  const office = new RunningOffice(options, credential, transport);
  office.start();
  return office;
}

class RunningOffice implements Office {
  readonly state: Store<OfficeState>;
  readonly session: SessionKeeper;
  readonly #now: () => number;
  readonly #link: HospitalLink<OfficeToHospital, HospitalToOffice>;

  constructor(options: OfficeOptions, credential: DeviceCredential, transport: Transport) {
    const { custody, passkeys, opens, now = Date.now } = options;
    this.#now = now;
    this.state = new Store(emptyOffice(credential.identity, now()));
    this.session = new SessionKeeper({
      ask: (message) => this.#link.ask(message),
      custody,
      passkeys,
      now,
      attended: opens === 'person' ? 'by a person' : 'by a program',
      onLocked: () => this.#forget(),
      onEnded: () => {
        this.#forget();
        void this.stop();
      },
    });
    this.#link = new HospitalLink({
      language: officeLanguage,
      transport,
      credential,
      now,
      backoff: options.backoff ?? usualBackoff,
      silenceMs: options.silenceMs ?? usualSilenceMs,
      since: () => undefined,
      onLink: (link) => this.state.change((state) => ({ ...state, link })),
      onRelease: (release) => this.state.change((state) => ({ ...state, release })),
      onRecord: (channel, record) => this.#receiveRecord(channel, record),
    });
  }

  start(): void {
    this.#link.start();
  }

  async ask<Type extends OfficeAnswer['type']>(question: OfficeToHospital, type: Type) {
    const answer = await this.#link.ask(question);
    if (isOf(answer, type)) return answer;
    throw new ClinicianError('message-not-understood', `expected ${type} as the answer`);
  }

  wake(): void {
    this.#link.wake();
  }

  stop(): Promise<void> {
    this.session.stop();
    return this.#link.stop();
  }

  /** Nobody is at the device, or whoever is has no business with it any more: whose data was opened, and why, goes. */
  #forget(): void {
    this.state.change((state) => ({ ...state, emergencies: new Map() }));
  }

  async #receiveRecord(channel: OfficeChannel, record: Bytes): Promise<void> {
    try {
      this.#receive(await channel.openRecord(record));
    } catch (error) {
      const unusable = { lastAt: this.#now(), lastCode: codeOf(error) };
      this.state.change((state) => ({ ...state, unusable: { ...unusable, count: state.unusable.count + 1 } }));
    }
  }

  #receive(message: HospitalToOffice): void {
    const next = officeAfter(this.state.get(), message);
    if (next === undefined) throw new ClinicianError('message-not-understood', 'expected no answer in the feed');
    this.state.change(() => next);
    switch (message.type) {
      case 'welcome':
      case 'session':
      case 'locked':
      case 'complete':
      case 'session-ended':
        this.session.receive(message);
    }
  }
}

function isOf<Type extends OfficeAnswer['type']>(
  answer: HospitalToOffice,
  type: Type,
): answer is Extract<OfficeAnswer, { type: Type }> {
  return answer.type === type;
}
