// How much of a channel's data one APDU carries (ISO/IEC 7816-4, section 5.1): each further APDU of a message is
// overhead, so these are filled to the last byte.

/** Command details and device identities (ETSI TS 102 223, 8.6 and 8.7): in each command and in each response. */
const commandDetails = 5;
const deviceIdentities = 4;
const result = 3;
/** Tag and a length of one byte, and with 81 in front from 128 bytes on. */
const head = 2;
const longHead = 3;
/** 82 in front from 256 bytes on. */
const longestHead = 4;

/** In SEND DATA, as long as the whole command may be: a head of its own and one of the data. */
export function mostSent(longestCommand: number): number {
  const heads = longestCommand > 256 ? 2 * longestHead : 2 * longHead;
  return longestCommand - heads - commandDetails - deviceIdentities;
}

/** In RECEIVE DATA: 255 bytes of TERMINAL RESPONSE, of which its channel data length takes 3. */
export const mostReceived = 255 - commandDetails - deviceIdentities - result - longHead - (head + 1);
