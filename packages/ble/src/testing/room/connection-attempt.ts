// A controller that was told to connect waits until the device is heard (Bluetooth Core, volume 4 part E 7.8.12). The
// emulator gives up at once instead, and does not know the accept list: here the attempt is made again and again, to each
// device of the list in turn.

import { opcode, parametersAt } from './hci-messages.ts';

const againMs = 25;
const filterPolicyAt = parametersAt + 4;
const peerAt = filterPolicyAt + 1;
const peerLength = 7;

export class ConnectionAttempt {
  readonly #command: Buffer;
  readonly #acceptList: readonly Buffer[];
  readonly #send: (command: Buffer) => void;
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Between a command to the emulator and what came of it. */
  inFlight = false;
  cancelled = false;

  /** @param send to the emulator */
  constructor(command: Buffer, acceptList: readonly Buffer[], send: (command: Buffer) => void) {
    this.#command = command;
    this.#acceptList = command[filterPolicyAt] === 1 ? acceptList : [];
    this.#send = send;
  }

  try(): void {
    this.inFlight = true;
    const peer = this.#acceptList[this.#turn % Math.max(1, this.#acceptList.length)];
    this.#turn += 1;
    const attempt = Buffer.from(this.#command);
    if (peer !== undefined) {
      attempt[filterPolicyAt] = 0;
      peer.copy(attempt, peerAt);
    }
    this.#send(attempt);
  }

  failed(): void {
    this.inFlight = false;
    this.#timer = setTimeout(() => this.try(), againMs);
  }

  /** While out of range. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  resume(): void {
    if (!this.inFlight) this.try();
  }
}

/** The accept list as the host made it. */
export class AcceptList {
  #peers: Buffer[] = [];

  get peers(): readonly Buffer[] {
    return this.#peers;
  }

  hear(code: number, parameters: Buffer): void {
    const peer = Buffer.from(parameters.subarray(0, peerLength));
    if (code === opcode.clearAcceptList || code === opcode.reset) this.#peers = [];
    else if (code === opcode.addToAcceptList) this.#peers.push(peer);
    else if (code === opcode.removeFromAcceptList) this.#peers = this.#peers.filter((one) => !one.equals(peer));
  }
}
