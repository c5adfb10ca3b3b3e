// What the app's screens show and what they may ask for. The phone behind it is one object that lives outside React: it
// runs the card's Worker, carries for it, and talks to the sensors. A state is never changed, only replaced.

import type { Location, Measurement } from '@vitalseal/protocol';

export type CardState =
  /** The Worker starts, or the store is being opened. */
  | { readonly state: 'opening' }
  /** Fresh: it waits for a hospital's activation code. */
  | { readonly state: 'new' }
  | { readonly state: 'activating' }
  /** Personalised, and closed until the PIN is entered. */
  | { readonly state: 'locked'; readonly triesLeft: number | undefined }
  | { readonly state: 'open' }
  /** Three wrong PINs: only the hospital's unblocking code or a new activation helps. */
  | { readonly state: 'blocked' }
  /** Another tab of this browser has the card. */
  | { readonly state: 'elsewhere' }
  /** The browser's store cannot be used, or what it holds is not what the card left there. */
  | { readonly state: 'unusable'; readonly code: string }
  /**
   * The browser has thrown away what the card kept. @property waiting readings that the hospital had not confirmed when the
   * app last looked: they are gone
   */
  | { readonly state: 'lost'; readonly waiting: number };

export type Delivery =
  | { readonly state: 'idle' }
  | { readonly state: 'sending' }
  /** @property since and retryAt UTC ms */
  | { readonly state: 'waiting'; readonly code: string; readonly since: number; readonly retryAt: number };

/** Where a reading is. Nothing else is said of it: not "sent", which would promise more than the phone knows. */
export type Whereabouts =
  | { readonly place: 'phone' }
  | { readonly place: 'hospital'; readonly confirmedAt: number }
  | { readonly place: 'refused'; readonly code: string };

export type ReadingSource =
  /** Sealed in the sensor. */
  | { readonly kind: 'sealed-sensor'; readonly sensor: string }
  /** A Bluetooth standard sensor: open between sensor and phone, sealed from there on. */
  | { readonly kind: 'standard-sensor'; readonly sensor: string }
  | { readonly kind: 'entered' };

export interface ShownReading {
  /** Stable: of the reading's origin. */
  readonly key: string;
  /** UTC ms. */
  readonly measuredAt: number;
  readonly measurements: readonly Measurement[];
  readonly source: ReadingSource;
  readonly where: Whereabouts;
  readonly late: boolean;
}

export interface SensorState {
  readonly id: string;
  /** As the device calls itself, or what the patient calls it. */
  readonly name: string;
  readonly kind: 'sealed' | 'standard';
  /** Of a sealed one, as its readings name it. */
  readonly identity?: string | undefined;
  readonly link:
    | { readonly state: 'connected' }
    | { readonly state: 'connecting' }
    /** Out of range, off, or the adapter is. */
    | { readonly state: 'away'; readonly code: string }
    /** The browser forgot the permission: the patient has to choose the device again. */
    | { readonly state: 'ask-again' };
  readonly lastValueAt: number | undefined;
  /** Percent. */
  readonly battery: number | undefined;
  /** Values that could not be read and were left out. */
  readonly dropped: number;
}

export interface PhoneState {
  readonly card: CardState;
  readonly patient: string | undefined;
  readonly hospital: { readonly id: string; readonly release: string | undefined } | undefined;
  readonly delivery: Delivery;
  /** UTC ms of the last sealed confirmation; undefined: never. */
  readonly hospitalHeardAt: number | undefined;
  readonly waiting: { readonly readings: number; readonly oldestMeasuredAt: number | undefined; readonly room: number };
  /** The last 24 hours, oldest first. Empty while the card is locked. */
  readonly readings: readonly ShownReading[];
  readonly sensors: readonly SensorState[];
  readonly bluetooth: 'on' | 'off' | 'unsupported' | 'forbidden';
  readonly location:
    | { readonly state: 'not-shared' }
    | { readonly state: 'asking' }
    | { readonly state: 'denied' }
    | { readonly state: 'shared'; readonly last: Location | undefined };
  /** Values of standard sensors that the card could not take yet: they are in this page's memory alone. */
  readonly unkept: number;
  readonly storage: { readonly persistent: boolean; readonly full: boolean };
  /** Milliseconds that this phone's clock is ahead of the hospital's; undefined while nobody has said. */
  readonly clockAheadMs: number | undefined;
  /** Sharing that the patient has withdrawn stays withdrawn until given again. */
  readonly consent: { readonly readings: boolean; readonly location: boolean };
  readonly emergency:
    | { readonly state: 'none' }
    | { readonly state: 'asking' }
    /** The hospital has it: sealed confirmation. */
    | { readonly state: 'confirmed'; readonly at: number }
    /** Nobody has confirmed it yet: call by voice. */
    | { readonly state: 'unconfirmed'; readonly since: number };
  readonly update: 'none' | 'ready' | 'refused';
  /**
   * The phone was put back from an older copy of itself: readings of between these times that the hospital did not have may
   * be missing. UTC ms
   */
  readonly putBack: { readonly from: number; readonly until: number } | undefined;
}

/** Each settles when the card has done it durably, or throws an error with a `code`. */
export interface PhoneActions {
  activate(code: string, pin: string): Promise<void>;
  unlock(pin: string): Promise<void>;
  lock(): Promise<void>;
  changePin(pin: string, newPin: string): Promise<void>;
  unblock(code: string, newPin: string): Promise<void>;
  /** Forgets everything on this phone; readings the hospital does not have are lost, so the screen asks first. */
  wipe(): Promise<void>;
  enter(measurements: readonly Measurement[]): Promise<void>;
  /** Opens the browser's chooser: call it from a gesture. `code` is that on a sealed sensor. */
  addSealedSensor(code: string): Promise<void>;
  addStandardSensor(): Promise<void>;
  reconnect(sensor: string): Promise<void>;
  removeSensor(sensor: string): Promise<void>;
  shareLocation(share: boolean): Promise<void>;
  shareReadings(share: boolean): Promise<void>;
  callForHelp(): Promise<void>;
  applyUpdate(): Promise<void>;
}

export interface Phone extends PhoneActions {
  readonly state: PhoneState;
  /** @returns how to stop being told */
  subscribe(changed: () => void): () => void;
  close(): Promise<void>;
}
