// The patient's UICC in software, put together: the PIN, the MHA behind it, the hospital's security domain beside it, and
// the toolkit that reaches the world through the terminal. One store holds it all: what the PIN needs and the domain are
// sealed under the device key, the MHA under the state key.

import type { Bytes } from '@vitalseal/protocol';
import { type Card, UiccError } from '@vitalseal/uicc';
import { AccessRuleCommands, AccessRuleMaster, AccessRules } from '../access-control/index.ts';
import { type ConnectAdministration, type SecurityDomain, underLifeCycle } from '../administration/index.ts';
import { PinCommands, PinVault, type TransmissionProtocol, VirtualCard } from '../card/index.ts';
import { type CardClock, Mha, type MhaOptions, type OpenCarrier } from '../mha/index.ts';
import { SecureElement } from '../secure-element.ts';
import type { ElementSettings } from '../settings.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { eraseStorage } from '../storage/erase-storage.ts';
import { prefixedStorage } from '../storage/prefixed-storage.ts';
import { sealedStorage } from '../storage/sealed-storage.ts';
import { ToolkitSession, ToolkitTimers } from '../toolkit/index.ts';
import { openAdministered } from './administered.ts';
import { elementSettings, mhaSettings, type OwnMhaSettings } from './policy-settings.ts';

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
  /** Told what ended a command in 6F00 or 6581. */
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
  /** In place of the terminal's. */
  readonly clock?: CardClock;
  /** Absent where the card cannot reach the hospital by itself. */
  readonly connectAdministration?: (session: ToolkitSession) => ConnectAdministration;
}

export interface SoftwareCard extends Card {
  /** Power off; a command after it finds no card. What is under way comes to its end first. */
  close(): Promise<void>;
}

/** @throws SecureElementError with a `storage-` code */
export async function assembleCard(parts: CardParts): Promise<SoftwareCard> {
  const { storage, deviceKey, log2Cost, pollSeconds, protocol, onFault } = parts;
  const session = new ToolkitSession({ turn: parts.turn, ...(pollSeconds !== undefined && { pollSeconds }) });
  const timers = new ToolkitTimers(session);
  const device = await sealedStorage(storage, deviceKey);
  const vaultStorage = prefixedStorage(device, 'pin/');
  const mhaStorage = prefixedStorage(storage, 'mha/');
  const vault = new PinVault({ storage: vaultStorage, deviceKey, ...(log2Cost !== undefined && { log2Cost }) });
  const pin = new PinCommands(vault);
  const accessRules = await AccessRules.open(prefixedStorage(device, 'aram/'));
  const connect = parts.connectAdministration?.(session);
  let element = (): SecureElement | undefined => undefined;
  const administered =
    connect &&
    (await openAdministered({
      storage: prefixedStorage(device, 'isd/'),
      release: parts.release,
      session,
      timers,
      vault,
      pin,
      element: () => element(),
      eraseMha: () => eraseStorage(mhaStorage),
      connect,
      applications: [new AccessRuleCommands(accessRules)],
    }));
  const mha = mhaBehindPin({ parts, session, timers, vault, pin, storage: mhaStorage, domain: administered?.domain });
  element = () => mha.element;
  const card = new VirtualCard({
    applets: [
      administered ? underLifeCycle(mha.applet, administered.domain) : mha.applet,
      ...(administered ? [administered.applet] : []),
      new AccessRuleMaster(accessRules),
    ],
    pin,
    toolkit: session,
    ...(protocol && { protocol }),
    ...(onFault && { onFault }),
  });
  return closable(card, async () => {
    await card.reset();
    await administered?.administration.stop();
    await storage.close();
  });
}

interface AroundMha {
  readonly parts: CardParts;
  readonly session: ToolkitSession;
  readonly timers: ToolkitTimers;
  readonly vault: PinVault;
  readonly pin: PinCommands;
  /** Its own, unsealed: it seals under the state key. */
  readonly storage: ElementStorage;
  readonly domain: SecurityDomain | undefined;
}

/** In service from the right PIN to the next reset, by the policy of the moment. */
function mhaBehindPin({ parts, session, timers, vault, pin, storage, domain }: AroundMha): Mha {
  const policy = () => domain?.state.policy ?? {};
  const settings = () => elementSettings(policy(), parts.settings ?? {});
  const mha = new Mha({
    session,
    timers,
    patientPresent: (its) => pin.isPresent(its),
    elapsed: parts.elapsed ?? (() => performance.now()),
    carrier: carrierTo(parts, session, domain),
    settings: mhaSettings(policy, parts.mha ?? {}),
    ...(parts.clock && { clock: parts.clock }),
  });
  vault.whenOpened(async (stateKey) => {
    mha.open(await SecureElement.open({ storage, localKey: stateKey, settings: settings() }));
  });
  vault.whenClosed(() => mha.close());
  let before = policy();
  domain?.whenChanged(() => {
    if (policy() !== before) void mha.element?.useSettings(settings());
    before = policy();
  });
  return mha;
}

/** Which name the server must carry is the hospital's to say, where the hospital administers the card. */
function carrierTo(
  { carrier }: CardParts,
  session: ToolkitSession,
  domain: SecurityDomain | undefined,
): MhaOptions['carrier'] {
  if (carrier === 'page') return 'page';
  const open = carrier(session);
  return (element, told) =>
    open(element, () => {
      const { deliveryServer, server = undefined } = domain?.state ?? {};
      const known = deliveryServer ?? server;
      return known ? { ...told(), name: known.host, port: known.port } : told();
    });
}

function closable(card: VirtualCard, powerOff: () => Promise<void>): SoftwareCard {
  let closed: Promise<void> | undefined;
  const gone = () => new UiccError('card-gone', 'expected a card that was not closed');
  return {
    atr: card.atr,
    reset: () => (closed ? Promise.reject(gone()) : card.reset()),
    transmit: (apdu) => (closed ? Promise.reject(gone()) : card.transmit(apdu)),
    close: () => {
      closed ??= powerOff();
      return closed;
    },
  };
}
