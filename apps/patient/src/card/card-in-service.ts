// The patient's card as the phone uses it: powered, the MHA selected, the PIN verified, the hospital's address told; and
// all of that again whenever the card was gone. What became of readings is fetched as soon as the card has been busy.

import { SecureElementError } from '@vitalseal/secure-element';
import { type CardUser, MhaClient, type Report } from '@vitalseal/secure-element/terminal';
import { type Card, takesExtendedLengths, UiccError } from '@vitalseal/uicc';
import { tellDomain } from '../administration/tell-domain.ts';
import type { HospitalAddress } from '../hospital/hospital-address.ts';
import type { PhoneSenses } from '../terminal/equipment.ts';
import { Terminal, type TerminalState } from '../terminal/terminal.ts';
import { takeIntoService } from './take-into-service.ts';

export interface CardInServiceOptions {
  readonly card: Card;
  /** Four to eight digits. */
  readonly pin: string;
  /** Whether a card that has no PIN yet gets this one. */
  readonly isFirst?: boolean;
  readonly senses: PhoneSenses;
  readonly reported?: (reports: readonly Report[]) => void;
  readonly changed?: (state: TerminalState) => void;
}

export class CardInService {
  readonly #options: CardInServiceOptions;
  readonly #terminal: Terminal;
  #mha: MhaClient;
  #hospital: HospitalAddress | undefined;
  /** News is being fetched; more may have come meanwhile. */
  #fetching = false;
  #more = false;

  constructor(options: CardInServiceOptions) {
    const { card, pin, isFirst, senses, changed } = options;
    this.#options = options;
    this.#terminal = new Terminal({
      card,
      senses,
      prepare: async (transmit) => {
        // First: its hospital may be the one to unblock the card, to unlock it or to end it.
        if (this.#hospital) await tellDomain(transmit, this.#hospital, { unlessTold: true });
        await takeIntoService(transmit, { pin, hospital: this.#hospital, ...(isFirst && { isFirst }) });
        // What the last one had heard was said by a card that has forgotten it.
        this.#mha = this.#client();
      },
      served: (commands) => {
        // What has only gone out has come to no end yet.
        if (commands.some((type) => type !== 'send-data')) this.#fetch();
      },
      ...(changed && { changed }),
    });
    this.#mha = this.#client();
  }

  /** The MHA's commands; another one after the card was gone. */
  get mha(): MhaClient {
    return this.#mha;
  }

  /** For the other applications of the card: they are there even where the MHA is not. */
  get user(): CardUser {
    return { run: (use) => this.#terminal.runUnprepared(use) };
  }

  get state(): TerminalState {
    return this.#terminal.state;
  }

  /** @throws PatientError `card-gone`, `card-faulty`, `card-pin-refused`, `card-pin-blocked` */
  start(): Promise<void> {
    return this.#terminal.start();
  }

  /** The one host to which the card may open channels, beside those told before. */
  async tellHospital(address: HospitalAddress): Promise<void> {
    this.#hospital = address;
    this.#terminal.reachable.allow(address.text, address.port);
    const { state } = this.state;
    if (state === 'ready' || state === 'unprepared') await this.user.run((transmit) => tellDomain(transmit, address));
    if (state === 'ready') await this.#mha.putHospitalAddress(address);
  }

  /** The card is the caller's again. */
  close(): Promise<void> {
    return this.#terminal.close();
  }

  /** A sensor's records are too long for one short APDU: twenty of them, or one that is extended. */
  #client(): MhaClient {
    const run: CardUser['run'] = async (use) => {
      try {
        return await this.#terminal.run(use);
      } catch (error) {
        if (hasForgotten(error)) this.#terminal.startAgain();
        throw error;
      }
    };
    return new MhaClient({ run }, { extendedLengths: takesExtendedLengths(this.#options.card.atr) });
  }

  #fetch(): void {
    this.#more = true;
    if (this.#fetching || !this.#options.reported) return;
    this.#fetching = true;
    this.#fetchAll().finally(() => {
      this.#fetching = false;
    });
  }

  async #fetchAll(): Promise<void> {
    while (this.#more) {
      this.#more = false;
      // A card that went away meanwhile keeps its news, or has lost it with its power: the counts are in its store.
      const reports = await this.#mha.takeReports().catch(() => []);
      if (reports.length > 0) this.#options.reported?.(reports);
    }
  }
}

/** A card that was reset behind our back, by a glitch or another program, has nothing selected and no PIN verified. */
function hasForgotten(error: unknown): boolean {
  if (error instanceof SecureElementError) return error.code === 'element-locked';
  return error instanceof UiccError && error.code === 'card-refused';
}
