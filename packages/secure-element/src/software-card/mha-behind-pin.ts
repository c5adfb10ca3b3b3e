// The MHA as the PIN opens it, the hospital's policy shapes it, and the image in force makes it.

import type { SecurityDomain } from '../administration/index.ts';
import type { Applet, PinCommands, PinVault } from '../card/index.ts';
import { type BootedMha, bootMha, forgetTakenBack, inPlaceOf } from '../image/index.ts';
import type { Mha, MhaOptions } from '../mha/index.ts';
import type { SecureElement } from '../secure-element.ts';
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

export interface MhaBehindPin {
  /** The same whichever program is behind it. */
  readonly applet: Applet;
  /** Undefined before the PIN was right. */
  readonly element: () => SecureElement | undefined;
}

/** In service from the right PIN to the next reset, by the policy of the moment. */
export async function mhaBehindPin(around: AroundMha): Promise<MhaBehindPin> {
  const { parts, vault, storage, domain } = around;
  const onFault = parts.onFault ?? (() => {});
  const policy = () => domain?.state.policy ?? {};
  const settings = () => elementSettings(policy(), parts.settings ?? {});
  let { booted, mha } = start(await bootMha(domain, parts.runCode, onFault), around);

  async function startAgain(next: BootedMha): Promise<void> {
    await mha.end();
    ({ booted, mha } = start(next, around));
  }

  vault.whenOpened(async (stateKey) => {
    const opening = { storage, localKey: stateKey, settings: settings() };
    if (domain && booted.imageVersion !== 0 && (await forgetTakenBack(domain, opening))) {
      await startAgain(await bootMha(domain, parts.runCode, onFault));
    }
    try {
      mha.open(await booted.program.openElement(opening));
    } catch (error) {
      if (booted.imageVersion === 0) throw error;
      // Else a faulty image could only be replaced by one that it would have to judge.
      onFault(error);
      await startAgain(inPlaceOf(booted.inForce));
      mha.open(await booted.program.openElement(opening));
    }
  });
  vault.whenClosed(() => mha.close());
  let before = policy();
  domain?.whenChanged(() => {
    if (policy() !== before) void mha.element?.useSettings(settings());
    before = policy();
  });

  const applet: Applet = {
    aid: mha.applet.aid,
    underPin: mha.applet.underPin,
    select: () => mha.applet.select(),
    process: (command, session) => mha.applet.process(command, session),
    overtaken: (session) => mha.applet.overtaken(session),
    /** What was loaded since the last start runs from here on. */
    reset: async () => {
      await mha.applet.reset();
      const isAnother = domain !== undefined && domain.state.imageVersion !== booted.inForce;
      if (isAnother) await startAgain(await bootMha(domain, parts.runCode, onFault));
    },
  };
  return { applet, element: () => mha.element };
}

interface Started {
  readonly booted: BootedMha;
  readonly mha: Mha;
}

function start(booted: BootedMha, around: AroundMha): Started {
  const { program, imageVersion, inForce, problem } = booted;
  const { parts, domain } = around;
  try {
    const mha = program.create(optionsFor(around));
    domain?.mhaRuns({ imageVersion, release: program.release, ...(problem !== undefined && { problem }) });
    return { booted, mha };
  } catch (error) {
    if (imageVersion === 0) throw error;
    parts.onFault?.(error);
    return start(inPlaceOf(inForce), around);
  }
}

function optionsFor({ parts, session, timers, pin, domain }: AroundMha): MhaOptions {
  return {
    session,
    timers,
    patientPresent: (its) => pin.isPresent(its),
    elapsed: parts.elapsed ?? (() => performance.now()),
    carrier: carrierTo(parts, session, domain),
    settings: mhaSettings(() => domain?.state.policy ?? {}, parts.mha ?? {}),
    stirred: parts.stirred,
    ...(parts.clock && { clock: parts.clock }),
  };
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
