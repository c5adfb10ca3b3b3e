// A whole card with its security domain, its PIN and the inside of its MHA, a terminal, and a hospital that administers
// it: everything real but the sockets' far end and the speed of the clock.

import { type Bytes, concatBytes } from '@vitalseal/protocol';
import {
  type Card,
  type CommandApdu,
  decodeCommand,
  encodeResponse,
  issuerSecurityDomainAid,
  mhaAid,
  type ResponseApdu,
  statusResponse,
  statusWords,
} from '@vitalseal/uicc';
import { type ActivationCode, activationKey, encodeActivationCode, putKey } from '@vitalseal/uicc/global-platform';
import { type Applet, PinCommands, PinVault, VirtualCard } from '../card/index.ts';
import { isTaken } from '../personalisation/is-taken.ts';
import { SecureElement } from '../secure-element.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { eraseStorage } from '../storage/erase-storage.ts';
import { memoryStorage } from '../storage/memory-storage.ts';
import { prefixedStorage } from '../storage/prefixed-storage.ts';
import { sealedStorage } from '../storage/sealed-storage.ts';
import { CertifiedWorld } from '../testing/certified-world.ts';
import { TestTerminal } from '../testing/test-terminal.ts';
import { ToolkitSession, ToolkitTimers } from '../toolkit/index.ts';
import { AdministeringHospital } from './administering-hospital.fixture.ts';
import { Administration } from './administration.ts';
import { DomainApplet } from './domain-applet.ts';
import { DomainCommands } from './domain-commands.ts';
import { domainInstructions } from './domain-instructions.ts';
import { MhaCommands } from './mha-commands.ts';
import { pskAdministration } from './psk-administration.ts';
import { ScriptRunner } from './script-runner.ts';
import { SecurityDomain } from './security-domain.ts';
import { underLifeCycle } from './under-life-cycle.ts';

const deviceKey: Bytes = new Uint8Array(32).fill(9);
const padded = (digits: string) =>
  concatBytes(new TextEncoder().encode(digits), new Uint8Array(8).fill(255)).slice(0, 8);
export const laterKey: Bytes = new Uint8Array(32).fill(77);
export const secret: Bytes = new Uint8Array(16).fill(5);
export const administrationId = '0123456789abcdef';
const none = new Uint8Array(0);

export interface AdministeredCard {
  readonly domain: SecurityDomain;
  readonly administration: Administration;
  readonly storage: ElementStorage;
  readonly vault: PinVault;
  readonly element: () => SecureElement | undefined;
  readonly terminal: TestTerminal;
  /** For a client: what it sends is followed as a terminal does. */
  readonly viaTerminal: Pick<Card, 'transmit'>;
  readonly select: (aid: Bytes) => Promise<ResponseApdu>;
  readonly setPin: (pin: string) => Promise<ResponseApdu>;
  readonly verify: (pin: string) => Promise<ResponseApdu>;
  readonly activate: (code: string) => Promise<void>;
  readonly send: (ins: number, data?: Bytes, parameters?: number) => Promise<ResponseApdu>;
  /** The terminal polls until the condition holds. */
  readonly until: (condition: () => boolean) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A storage of before gives the card of before. */
export async function administeredCard(storage: ElementStorage = memoryStorage()): Promise<AdministeredCard> {
  const session = new ToolkitSession({ turn: () => new Promise((resolve) => setImmediate(resolve)) });
  const device = await sealedStorage(storage, deviceKey);
  const vault = new PinVault({ storage: prefixedStorage(device, 'pin/'), deviceKey, log2Cost: 4 });
  const pin = new PinCommands(vault);
  const mhaStorage = prefixedStorage(storage, 'mha/');
  let element: SecureElement | undefined;
  vault.whenOpened(async (stateKey) => {
    element = await SecureElement.open({ storage: mhaStorage, localKey: stateKey });
  });
  vault.whenClosed(() => {
    element = undefined;
  });
  const domain = await SecurityDomain.open({
    storage: prefixedStorage(device, 'isd/'),
    release: '0.1.0',
    eraseMha: async () => {
      await vault.destroy();
      await eraseStorage(mhaStorage);
    },
    mhaIsTaken: () => isTaken(mhaStorage),
  });
  const isOpen = () => element !== undefined;
  const mhaCommands = new MhaCommands({ domain, element: () => element, vault, pin });
  const timers = new ToolkitTimers(session);
  const administration = new Administration({
    domain,
    runner: new ScriptRunner(domain, [new DomainCommands(domain, isOpen), mhaCommands]),
    connect: pskAdministration(session),
    wait: (seconds, signal) => timers.startTimer(seconds, signal),
    during: (work) => session.during(work),
    firstRetryMs: 50,
  });
  session.listen({ started: () => administration.wake() });
  vault.whenOpened(() => administration.wake());
  const applets = [new DomainApplet({ domain, administration, isOpen }), underLifeCycle(mha, domain)];
  const virtual = new VirtualCard({ applets, pin, toolkit: session });
  const terminal = new TestTerminal(virtual);
  await terminal.boot();
  const select = (aid: Bytes) => terminal.send({ cla: 0, ins: 0xa4, p1: 4, p2: 0, data: aid });
  const pinCommand = async (ins: number, p1: number, data: Bytes) => {
    await select(mhaAid);
    return await terminal.send({ cla: 0, ins, p1, p2: 1, data });
  };
  const send = async (ins: number, data: Bytes = none, parameters = 0) => {
    await select(issuerSecurityDomainAid);
    return await terminal.send({ cla: 0x80, ins, p1: parameters >> 8, p2: parameters & 0xff, data, le: 256 });
  };
  return {
    domain,
    administration,
    storage,
    vault,
    element: () => element,
    terminal,
    viaTerminal: {
      transmit: async (apdu) => encodeResponse(await terminal.send(decodeCommand(apdu))),
    },
    select,
    send,
    setPin: (digits) => pinCommand(0x24, 1, padded(digits)),
    verify: (digits) => pinCommand(0x20, 0, padded(digits)),
    activate: async (code) => {
      await send(domainInstructions.activate, new TextEncoder().encode(code));
      await send(domainInstructions.putAddress, Uint8Array.of(127, 0, 0, 1));
    },
    until: async (condition) => {
      for (let turns = 0; turns < 3000 && !condition(); turns++) {
        await terminal.status();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      if (!condition()) throw new Error('expected the card to come to it');
    },
    close: async () => {
      await administration.stop();
      await terminal.close();
    },
  };
}

/** The applet's commands for the phone are its own tests' matter. */
const mha: Applet = {
  aid: mhaAid,
  underPin: true,
  select: () => none,
  process: async (_: CommandApdu) => statusResponse(statusWords.ok),
};

export interface Scene {
  readonly world: CertifiedWorld;
  readonly hospital: AdministeringHospital;
  readonly code: ActivationCode;
  readonly codeText: string;
}

/** A card whose first script has replaced the key of its code. */
export function inCare({ hospital }: Scene): void {
  hospital.keys.set(`${administrationId}/${0x41}`, laterKey);
  hospital.send({ commands: [putKey({ replaces: 0x40, version: 0x41, key: laterKey })] });
}

export async function hospitalWithCode(at = Date.UTC(2026, 0, 15, 12)): Promise<Scene> {
  const world = await CertifiedWorld.make(at);
  const hospital = await AdministeringHospital.listen(world);
  const code = { host: 'localhost', port: hospital.port, administrationId, secret };
  hospital.keys.set(`${administrationId}/${0x40}`, await activationKey(code));
  return { world, hospital, code, codeText: encodeActivationCode(code) };
}
