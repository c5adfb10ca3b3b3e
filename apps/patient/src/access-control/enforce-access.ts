// The access control enforcer (Secure Element Access Control section 4.2): every SELECT of the MHA is decided by the
// card's rules first, and under a rule with filters every command to it. It stands before the card, so that no part of
// the program reaches the MHA past it. It binds an honest phone system; see SECURITY.md for a hostile one.

import {
  type Bytes,
  type Card,
  type CommandApdu,
  decodeCommand,
  instructions,
  isChained,
  logicalChannelOf,
  mhaAid,
  UiccError,
} from '@vitalseal/uicc';
import { type Access, allowsCommand, findAccess } from '@vitalseal/uicc/global-platform';
import { PatientError } from '../errors.ts';
import { accessRulesOf, type KnownRules } from './access-rules-of.ts';
import { onOwnChannel } from './own-channel.ts';
import type { ReleaseIdentity } from './release-identity.ts';

const byName = 0x04;
/** The terminal's own commands (TS 102 221): no application of the card is meant by them. */
const toolkit: readonly number[] = [
  instructions.terminalProfile,
  instructions.fetch,
  instructions.terminalResponse,
  instructions.envelope,
  instructions.status,
];

/** @returns a card whose `transmit` throws PatientError `access-denied` for what the rules do not allow */
export function enforceAccess(card: Card, identity: ReleaseIdentity): Card {
  return new EnforcedCard(card, identity);
}

class EnforcedCard implements Card {
  readonly #card: Card;
  readonly #identity: ReleaseIdentity;
  #known: KnownRules | undefined;
  /** By logical channel: what the MHA may be sent that is, or may be, selected there. */
  readonly #selected = new Map<number, Access>();

  constructor(card: Card, identity: ReleaseIdentity) {
    this.#card = card;
    this.#identity = identity;
  }

  get atr(): Bytes {
    return this.#card.atr;
  }

  async reset(): Promise<void> {
    this.#selected.clear();
    await this.#card.reset();
  }

  async transmit(apdu: Bytes): Promise<Bytes> {
    const command = decodeCommand(apdu);
    const channel = logicalChannelOf(command.cla);
    const isSelect = command.ins === instructions.select && command.p1 === byName;
    if (isSelect) await this.#expectAllowed(command);
    else if (!isOfTheTerminal(command)) {
      const access = this.#selected.get(channel);
      if (access !== undefined && !allowsCommand(access, withoutTransport(apdu))) throw denied();
    }
    const answer = await this.#card.transmit(apdu);
    // Whatever is refused leaves what was selected.
    if (!isSelected(answer)) return answer;
    if (isSelect && !meansTheMha(command.data)) this.#selected.delete(channel);
    if (command.ins === instructions.manageChannel && (command.cla & 0x80) === 0) this.#follow(command, answer);
    return answer;
  }

  async #expectAllowed({ cla, data }: CommandApdu): Promise<void> {
    // A name has 16 octets at most: nobody needs a chain for it, but who would hide it.
    if (isChained(cla)) throw denied();
    if (!meansTheMha(data)) return;
    const channel = logicalChannelOf(cla);
    const access = await this.#ask(channel);
    // One that is selected there is not spoken to any more, either.
    if (access !== 'never' || this.#selected.has(channel)) this.#selected.set(channel, access);
    if (access === 'never') throw denied();
  }

  /** A channel that is opened from one where the MHA is selected has it selected too (ISO 7816-4 section 11.1.2). */
  #follow({ cla, p1, p2 }: CommandApdu, answer: Bytes): void {
    const from = logicalChannelOf(cla);
    if (p1 !== 0) {
      this.#selected.delete(p2 || from);
      return;
    }
    const opened = p2 === 0 && answer.length > 2 ? answer[0] : p2;
    const access = this.#selected.get(from);
    if (opened === undefined) return;
    if (access === undefined) this.#selected.delete(opened);
    else this.#selected.set(opened, access);
  }

  /** Beside what is selected; only a card that has no channel to spare is asked on the one that is to be selected on. */
  async #ask(channel: number): Promise<Access> {
    const transmit = (apdu: Bytes) => this.#card.transmit(apdu);
    try {
      this.#known = await onOwnChannel(transmit, (own = channel) => accessRulesOf(transmit, own, this.#known));
    } catch (cause) {
      if (cause instanceof UiccError && cause.code !== 'card-gone') throw denied(cause);
      throw cause;
    }
    const { signerHashes } = this.#identity;
    const rules = this.#known?.rules ?? [];
    return findAccess(rules, { application: mhaAid, deviceApplication: signerHashes });
  }
}

/** Also with its answer still to be fetched, or with a warning (ISO 7816-4 section 5.6). */
function isSelected(answer: Bytes): boolean {
  return [0x90, 0x91, 0x61, 0x62, 0x63].includes(answer.at(-2) ?? 0);
}

/** A partial name may select it too. */
function meansTheMha(name: Bytes): boolean {
  return name.every((octet, at) => octet === mhaAid[at]);
}

function isOfTheTerminal({ cla, ins }: CommandApdu): boolean {
  const channelsOrAnswers = ins === instructions.getResponse || ins === instructions.manageChannel;
  return (cla & 0x80) !== 0 ? toolkit.includes(ins) : channelsOrAnswers;
}

/** Rules speak of the class without logical channel and chaining. */
function withoutTransport(apdu: Bytes): Bytes {
  const plain = apdu.slice();
  plain[0] = (plain[0] ?? 0) & 0x80;
  return plain;
}

function denied(cause?: unknown): PatientError {
  return new PatientError('access-denied', 'expected the rules of the card to let this program in', { cause });
}
