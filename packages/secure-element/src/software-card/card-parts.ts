// What a software card is made of: what its owner decides, and what the place it runs in lends.

import type { Bytes } from '@vitalseal/protocol';
import type { Card } from '@vitalseal/uicc';
import type { ConnectAdministration } from '../administration/index.ts';
import type { TransmissionProtocol } from '../card/index.ts';
import type { RunCode } from '../image/index.ts';
import type { CardClock, OpenCarrier } from '../mha/index.ts';
import type { ElementSettings } from '../settings.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import type { ToolkitSession } from '../toolkit/index.ts';
import type { OwnMhaSettings } from './policy-settings.ts';

/** What its owner may decide. */
export interface CardOptions {
  /** Milliseconds from any beginning, never backwards; a replay runs them faster than life. */
  readonly elapsed?: () => number;
  readonly settings?: Partial<ElementSettings>;
  readonly mha?: OwnMhaSettings;
  /** How often the terminal asks while nothing happens. */
  readonly pollSeconds?: number;
  readonly protocol?: TransmissionProtocol;
  /** scrypt's cost for PINs set from now on; see `key-slot`. */
  readonly log2Cost?: number;
  /** Told what ended a command in 6F00 or 6581, and why an image of the MHA does not run. */
  readonly onFault?: (error: unknown) => void;
}

/** What the place it runs in lends. */
export interface CardParts extends CardOptions {
  /** Unsealed, and the card's alone. Closed with the card. */
  readonly storage: ElementStorage;
  /** 32 bytes that stay with the device. */
  readonly deviceKey: Bytes;
  /** Of the program that the card is. */
  readonly release: string;
  /** One turn of the event loop. */
  readonly turn: () => Promise<void>;
  readonly carrier: ((session: ToolkitSession) => OpenCarrier) | 'page';
  /** Absent where the card runs nothing but what it was made with. */
  readonly runCode?: RunCode;
  /** Told when a page that carries has something to fetch: nothing goes out of a card unasked. */
  readonly stirred?: () => void;
  /** In place of the terminal's. */
  readonly clock?: CardClock;
  /** The card's own way; where a page carries, it carries the administration too. */
  readonly connectAdministration?: (session: ToolkitSession) => ConnectAdministration;
}

export interface SoftwareCard extends Card {
  /** Power off; a command after it finds no card. What is under way comes to its end first. */
  close(): Promise<void>;
}
