// The hospital's hold on the card: the issuer security domain, the commands it may send, and the client that asks it for
// them.

import { pause } from '@vitalseal/retry';
import {
  type AdministeredApplication,
  type AdministeredElement,
  Administration,
  type ConnectAdministration,
  DomainApplet,
  DomainCommands,
  MhaCommands,
  ScriptRunner,
  SecurityDomain,
} from '../administration/index.ts';
import type { Applet, CardholderVerification, PinVault } from '../card/index.ts';
import { ImageUpdate, type RunCode } from '../image/index.ts';
import type { PageCarrier } from '../mha/index.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import type { ToolkitSession, ToolkitTimers } from '../toolkit/index.ts';

export interface AdministeredOptions {
  /** Of the security domain alone, sealed under the device key. */
  readonly storage: ElementStorage;
  /** Of the program that the card is. */
  readonly release: string;
  readonly session: ToolkitSession;
  readonly timers: ToolkitTimers;
  readonly vault: PinVault;
  readonly pin: CardholderVerification;
  /** The MHA's inside; undefined while its state is sealed. */
  readonly element: () => AdministeredElement | undefined;
  /** Removes all that the MHA has stored. What opens it is destroyed before. */
  readonly eraseMha: () => Promise<void>;
  /** Whether it holds a key or a certificate. */
  readonly mhaIsTaken: () => Promise<boolean>;
  readonly connect: ConnectAdministration;
  /** Where a page carries the sessions. */
  readonly page?: PageCarrier | undefined;
  readonly runCode?: RunCode | undefined;
  /** Besides the MHA and the security domain. */
  readonly applications?: readonly AdministeredApplication[];
}

export interface Administered {
  readonly domain: SecurityDomain;
  readonly administration: Administration;
  readonly applet: Applet;
}

/** @throws SecureElementError with a `storage-` code */
export async function openAdministered(options: AdministeredOptions): Promise<Administered> {
  const {
    storage,
    release,
    session,
    timers,
    vault,
    pin,
    element,
    mhaIsTaken,
    connect,
    page,
    runCode,
    applications = [],
  } = options;
  const eraseMha = async () => {
    await vault.destroy();
    await options.eraseMha();
  };
  const domain = await SecurityDomain.open({ storage, release, eraseMha, mhaIsTaken });
  const isOpen = () => element() !== undefined;
  const commands = [
    new DomainCommands(domain, isOpen, new ImageUpdate({ domain, element, ...(runCode && { runCode }) })),
    new MhaCommands({ domain, element, vault, pin }),
    ...applications,
  ];
  const administration = new Administration({
    domain,
    runner: new ScriptRunner(domain, commands),
    connect,
    wait: (seconds, signal) => (page ? pause(seconds * 1000, signal) : timers.startTimer(seconds, signal)),
    during: (work) => session.during(work),
    isCarried: page !== undefined,
  });
  if (page) administration.wake();
  else session.listen({ started: () => administration.wake() });
  vault.whenOpened(() => administration.wake());
  return { domain, administration, applet: new DomainApplet({ domain, administration, isOpen, page }) };
}
