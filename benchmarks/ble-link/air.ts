// What HCI packets cost on the air, on paper (Bluetooth Core, volume 6 part B 2 and 4.5): the emulated radio has no air of
// its own. A link layer packet of the 1M PHY is preamble 1, access address 4, header 2 and CRC 3 octets around its payload, and
// 4 more for the MIC of an encrypted link; each is answered by one at least as long as an empty one.
import type { EmulatedController } from '@vitalseal/ble/testing';

const frameOctets = 10;
const micOctets = 4;
const aclHeader = 5;
/** What a controller puts into one packet: without the data length extension, and with it. */
const payloads = { short: 27, long: 251 } as const;
const attWriteRequest = 0x12;

export interface Air {
  /** Octets on the air of both ends, encrypted, with packets of at most 27 octets of payload, or 251. */
  readonly short: number;
  readonly long: number;
  /**
   * Connection events in which the sensor must wake: notifications that follow each other share one, a write and its
   * response take one each.
   */
  readonly wakeUps: number;
}

/** @returns what ends it, with what was counted */
export function countAir(controller: EmulatedController): () => Air {
  const octets = { short: 0, long: 0 };
  let wakeUps = 0;
  let notifying = false;
  const left = { sent: 0, heard: 0 };
  const stop = controller.tap((packet, direction) => {
    if (packet[0] !== 2) return;
    // HCI cuts L2CAP where it likes, and the air elsewhere: whole L2CAP messages are counted.
    if (left[direction] > 0) {
      left[direction] -= packet.length - aclHeader;
      return;
    }
    const l2cap = packet.readUInt16LE(aclHeader) + 4;
    left[direction] = l2cap - (packet.length - aclHeader);
    for (const kind of ['short', 'long'] as const) {
      const packets = Math.ceil(l2cap / payloads[kind]);
      octets[kind] += l2cap + packets * (frameOctets + micOctets) + packets * frameOctets;
    }
    if (direction === 'sent') {
      notifying = false;
      if (packet[9] === attWriteRequest) wakeUps += 2;
    } else if (packet[9] === 0x1b && !notifying) {
      notifying = true;
      wakeUps += 1;
    }
  });
  return () => {
    stop();
    return { ...octets, wakeUps };
  };
}
