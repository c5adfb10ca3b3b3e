// A card whose MHA has its certificate and its bonds: in front of it the card's layer with its PIN, behind it a sensor
// and a hospital of the same authority. The page carries, unless another way is given.

import { PinCommands } from '../card/pin/pin-commands.ts';
import { PinVault } from '../card/pin/pin-vault.ts';
import { VirtualCard } from '../card/virtual-card.ts';
import { type CardUser, exclusively } from '../mha/client/card-user.ts';
import { MhaClient } from '../mha/client/mha-client.ts';
import { CardClock } from '../mha/clock/card-clock.ts';
import { Mha, type MhaOptions } from '../mha/mha.ts';
import { memoryStorage } from '../storage/memory-storage.ts';
import { ToolkitSession } from '../toolkit/toolkit-session.ts';
import { ToolkitTimers } from '../toolkit/toolkit-timers.ts';
import { elementInService, type InService, type InServiceOptions } from './element-in-service.ts';

export const testPin = '2580';

export interface CardInService extends InService {
  readonly card: VirtualCard;
  readonly session: ToolkitSession;
  readonly mha: Mha;
  readonly user: CardUser;
  readonly client: MhaClient;
}

export interface CardInServiceOptions extends InServiceOptions {
  readonly carrier?: MhaOptions['carrier'];
  readonly mhaSettings?: NonNullable<MhaOptions['settings']>;
  /** The terminal tells the time, in place of the test's clock. */
  readonly terminalTime?: boolean;
  readonly userOf?: (card: VirtualCard) => CardUser;
}

/** Selected, with its first PIN set and the patient present. */
export async function cardInService(options: CardInServiceOptions = {}): Promise<CardInService> {
  const { carrier = 'page', mhaSettings, terminalTime = false, userOf = exclusively, ...rest } = options;
  const inService = await elementInService(rest);
  const { clock, element } = inService;
  const session = new ToolkitSession({ turn: () => new Promise((resolve) => setImmediate(resolve)) });
  const vault = new PinVault({ storage: memoryStorage(), deviceKey: new Uint8Array(32).fill(3), log2Cost: 4 });
  const pin = new PinCommands(vault);
  const ask = async () => ({ utcMs: clock.at, offsetMinutes: 60 });
  const mha = new Mha({
    session,
    timers: new ToolkitTimers(session),
    patientPresent: (on) => pin.isPresent(on),
    elapsed: () => performance.now(),
    carrier,
    ...(!terminalTime && { clock: new CardClock({ ask, elapsed: () => 0, askAgainAfterMs: () => 0 }) }),
    settings: { backoff: { firstMs: 1, mostMs: 5 }, ...mhaSettings },
  });
  vault.whenOpened(() => mha.open(element));
  const card = new VirtualCard({ applets: [mha.applet], pin, toolkit: session });
  await mha.clock.ask();
  const user = userOf(card);
  const client = new MhaClient(user);
  await client.select();
  await client.setFirstPin(testPin);
  return { ...inService, card, session, mha, user, client };
}
