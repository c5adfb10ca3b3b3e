// The MHA as the PIN opens it and the hospital's policy shapes it.

import type { SecurityDomain } from '../administration/index.ts';
import type { PinCommands, PinVault } from '../card/index.ts';
import { Mha, type MhaOptions } from '../mha/index.ts';
import { SecureElement } from '../secure-element.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import type { ToolkitSession, ToolkitTimers } from '../toolkit/index.ts';
import type { CardParts } from './card-parts.ts';
import { elementSettings, mhaSettings } from './policy-settings.ts';

export interface AroundMha {
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
export function mhaBehindPin({ parts, session, timers, vault, pin, storage, domain }: AroundMha): Mha {
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
