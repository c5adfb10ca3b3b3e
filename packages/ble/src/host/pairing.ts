// LE Secure Connections pairing (Bluetooth Core, volume 3 part H 2.3), at either end: numeric comparison, passkey or just
// works, as both ends can. Legacy pairing and shortened keys are refused: an eavesdropper would read along.

import { BleError } from '../errors.ts';
import { association, smp as code } from './codes.ts';
import type { PairingFeatures, StackConnection } from './host-stack.ts';

/** What this end can do about six digits. With none of it, pairing is "just works": nobody in the middle is excluded. */
export interface PairingAgent {
  /** Shows digits that are typed at the other end. */
  show?(peer: string, digits: string): void;
  /** Shows digits and asks whether the other end shows the same. */
  confirm?(peer: string, digits: string): Promise<boolean>;
  /** Asks for the digits that the other end shows. */
  enter?(peer: string): Promise<string>;
}

const wholeKey = 16;

function featuresOf(agent: PairingAgent): PairingFeatures {
  const ioCap =
    agent.enter !== undefined
      ? agent.confirm !== undefined || agent.show !== undefined
        ? code.keyboardDisplay
        : code.keyboardOnly
      : agent.confirm !== undefined
        ? code.displayYesNo
        : agent.show !== undefined
          ? code.displayOnly
          : code.noInputNoOutput;
  return { ioCap, bondingFlags: 1, mitm: ioCap !== code.noInputNoOutput, sc: true, maxKeySize: wholeKey };
}

/** Answers whatever the other end asks about pairing, as long as the connection lives. */
export function attendPairing(connection: StackConnection, role: 'central' | 'peripheral', agent: PairingAgent): void {
  const { smp, peerAddress } = connection;
  smp.on('pairingRequest', (asked: Partial<PairingFeatures>, answer: (features: PairingFeatures) => void) => {
    // Over a link without the keys of the bond there is, this may be anybody under the address of the bonded peer.
    const stranger = smp.hasLtk && !smp.isEncrypted;
    const weak = role === 'peripheral' && (asked.sc !== true || asked.maxKeySize !== wholeKey);
    if (stranger || weak) smp.sendPairingFailed(code.authenticationRequirements);
    else answer(featuresOf(agent));
  });
  smp.on('passkeyExchange', (model: number, digits: string | null, answer: (digits?: string) => void) => {
    exchange(agent, peerAddress, model, digits, connection).then(
      (entered) => entered !== refused && answer(entered),
      () => smp.sendPairingFailed(code.passkeyEntryFailed),
    );
  });
  smp.on('encrypt', (status: number) => {
    if (status === 0 && !isSecured(connection, role)) connection.disconnect();
  });
  smp.on('timeout', () => connection.disconnect());
}

/**
 * Whether the link is encrypted under LE Secure Connections with a whole key. Of the key of an earlier pairing the stack
 * tells no size, and a peripheral not how it was made: the bonds that are kept are whole, and made so.
 */
export function isSecured({ smp }: StackConnection, role: 'central' | 'peripheral'): boolean {
  const level = smp.isEncrypted ? smp.currentEncryptionLevel : null;
  return level !== null && (level.keySize ?? wholeKey) === wholeKey && (role === 'peripheral' || level.sc);
}

const refused = Symbol('refused');

async function exchange(
  agent: PairingAgent,
  peer: string,
  model: number,
  digits: string | null,
  { smp }: StackConnection,
): Promise<string | undefined | typeof refused> {
  if (model === association.compare) {
    if ((await agent.confirm?.(peer, digits ?? '')) === true) return undefined;
    smp.sendPairingFailed(code.numericComparisonFailed);
    return refused;
  }
  if (digits !== null) {
    // This end shows, the other end types. A device that can confirm can show.
    if (agent.show !== undefined) agent.show(peer, digits);
    else await agent.confirm?.(peer, digits);
    return undefined;
  }
  const entered = await agent.enter?.(peer);
  if (entered === undefined || !/^[0-9]{6}$/.test(entered)) throw new BleError('gatt-refused', 'expected six digits');
  return entered;
}

/**
 * The central encrypts the link: with the keys of an earlier pairing, or by pairing now. A peer that lost its keys is not
 * paired with again by itself: whoever takes its address would be let in. Its bond has to be forgotten first.
 * @throws BleError `gatt-refused` where the other end cannot or will not
 */
export function secureLink(connection: StackConnection, agent: PairingAgent): Promise<void> {
  const { smp } = connection;
  if (isSecured(connection, 'central')) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const end = (expected?: string) => {
      smp.off('encrypt', encrypted);
      smp.off('pairingComplete', complete);
      smp.off('pairingFail', failed);
      if (expected === undefined) resolve();
      else reject(new BleError('gatt-refused', `expected the other end to ${expected}`));
    };
    const failed = () => end('pair under LE Secure Connections');
    // The keys of a new bond are exchanged under the first encryption, and kept only then.
    const complete = () => end(isSecured(connection, 'central') ? undefined : 'speak LE Secure Connections');
    const encrypted = (status: number) => {
      if (status !== 0) end('know its bond with us');
      else if (bonded) complete();
    };
    const bonded = smp.hasLtk;
    smp.on('encrypt', encrypted);
    smp.on('pairingComplete', complete);
    smp.on('pairingFail', failed);
    // Where one is under way already, begun by the other end, neither does anything and its events are the answer.
    if (bonded) smp.startEncryption();
    else smp.sendPairingRequest(featuresOf(agent));
  });
}
