// How much of a channel's data one short APDU carries (ISO/IEC 7816-4, section 5.1): each further APDU of a message is
// overhead, so these are filled to the last byte.

/** Command details and device identities (ETSI TS 102 223, 8.6 and 8.7): in each command and in each response. */
const commandDetails = 5;
const deviceIdentities = 4;
const result = 3;
/** Tag and a length of one byte, and with 81 in front from 128 bytes on. */
const head = 2;
const longHead = 3;

/** In SEND DATA: 256 bytes of FETCH's response, of which the command's own head takes D0 81 FD. */
export const mostSent = 256 - longHead - commandDetails - deviceIdentities - longHead;

/** In RECEIVE DATA: 255 bytes of TERMINAL RESPONSE, of which its channel data length takes 3. */
export const mostReceived = 255 - commandDetails - deviceIdentities - result - longHead - (head + 1);
