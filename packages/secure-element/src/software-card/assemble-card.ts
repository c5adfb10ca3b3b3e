// The patient's UICC in software, put together: the PIN, the MHA behind it, the hospital's security domain beside it, and
// the toolkit that reaches the world through the terminal. One store holds it all: what the PIN needs and the domain are
// sealed under the device key, the MHA under the state key.

import { AccessRuleCommands, AccessRuleMaster, AccessRules } from '../access-control/index.ts';
import { pageAdministration, underLifeCycle } from '../administration/index.ts';
import { PinCommands, PinVault, VirtualCard } from '../card/index.ts';
import { PageCarrier } from '../mha/index.ts';
import { isTaken } from '../personalisation/is-taken.ts';
import type { SecureElement } from '../secure-element.ts';
import { eraseStorage } from '../storage/erase-storage.ts';
import { prefixedStorage } from '../storage/prefixed-storage.ts';
import { sealedStorage } from '../storage/sealed-storage.ts';
import { ToolkitSession, ToolkitTimers } from '../toolkit/index.ts';
import { openAdministered } from './administered.ts';
import type { CardParts, SoftwareCard } from './card-parts.ts';
import { mhaBehindPin } from './mha-behind-pin.ts';
import { untilClosed } from './until-closed.ts';

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
  const page = parts.carrier === 'page' ? new PageCarrier(parts.stirred) : undefined;
  const connect = page ? pageAdministration(page) : parts.connectAdministration?.(session);
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
      mhaIsTaken: () => isTaken(mhaStorage),
      connect,
      page,
      runCode: parts.runCode,
      applications: [new AccessRuleCommands(accessRules)],
    }));
  const mha = await mhaBehindPin({
    parts,
    session,
    timers,
    vault,
    pin,
    storage: mhaStorage,
    domain: administered?.domain,
  });
  element = mha.element;
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
  return untilClosed(card, async () => {
    await card.reset();
    await administered?.administration.stop();
    await storage.close();
  });
}
