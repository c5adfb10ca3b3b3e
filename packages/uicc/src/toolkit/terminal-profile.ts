// What the terminal can do: TS 102 223 section 5.2 (bytes and bits of TERMINAL PROFILE; place: TS 31.111 section 5.2).
// Only what a card such as this one looks for has a name; the rest of a profile is kept as it is.

import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';

/** Byte (from 1) and bit (from 1) of each. */
const bits = {
  'profile-download': [1, 1],
  'menu-selection': [1, 4],
  'timer-expiration': [1, 6],
  'command-result': [2, 1],
  'display-text': [3, 1],
  'get-inkey': [3, 2],
  'get-input': [3, 3],
  'more-time': [3, 4],
  'play-tone': [3, 5],
  'poll-interval': [3, 6],
  'polling-off': [3, 7],
  refresh: [3, 8],
  'set-up-menu': [4, 6],
  'provide-location-information': [4, 7],
  'set-up-event-list': [5, 1],
  'data-available': [6, 3],
  'channel-status': [6, 4],
  'timer-start-stop': [8, 1],
  'timer-value': [8, 2],
  'provide-date-time-zone': [8, 3],
  'provide-language': [9, 4],
  'open-channel': [12, 1],
  'close-channel': [12, 2],
  'receive-data': [12, 3],
  'send-data': [12, 4],
  'get-channel-status': [12, 5],
  'bearer-circuit-switched': [13, 1],
  'bearer-packet': [13, 2],
  'no-display': [14, 6],
  'no-keypad': [14, 7],
  'tcp-client-remote': [17, 1],
  'udp-client-remote': [17, 2],
  'tcp-server': [17, 3],
  'tcp-client-local': [17, 4],
  'udp-client-local': [17, 5],
  'direct-channel': [17, 6],
  'bearer-eutran': [17, 7],
  'provide-battery-state': [22, 2],
  'geographical-location-reporting': [23, 5],
  'geographical-location-request': [30, 6],
  'dns-server-address-request': [33, 1],
  'poll-interval-negotiation': [33, 3],
} as const satisfies Readonly<Record<string, readonly [byte: number, bit: number]>>;

export type TerminalCapability = keyof typeof bits;

const capabilities = Object.keys(bits) as readonly TerminalCapability[];

export interface TerminalProfile {
  readonly capabilities: ReadonlySet<TerminalCapability>;
  /** Channels of the bearer independent protocol that may be open at a time: 0 to 7. */
  readonly channels: number;
  /** The profile as it came, with what has no name here. */
  readonly bytes?: Bytes;
}

const channelsByte = 13;

/** @throws UiccError `toolkit-malformed` for more channels than seven */
export function encodeTerminalProfile(profile: TerminalProfile): Bytes {
  const { channels } = profile;
  if (!Number.isInteger(channels) || channels < 0 || channels > 7) {
    throw new UiccError('toolkit-malformed', 'expected up to seven channels');
  }
  const places = [...profile.capabilities].map((capability) => bits[capability]);
  const length = Math.max(profile.bytes?.length ?? 0, channels > 0 ? channelsByte : 0, ...places.map(([byte]) => byte));
  const bytes = new Uint8Array(length);
  bytes.set(profile.bytes ?? []);
  const view = (byte: number, keep: number, set: number) => {
    if (byte <= length) bytes[byte - 1] = ((bytes[byte - 1] ?? 0) & keep) | set;
  };
  for (const capability of capabilities) {
    const [byte, bit] = bits[capability];
    view(byte, ~(1 << (bit - 1)), profile.capabilities.has(capability) ? 1 << (bit - 1) : 0);
  }
  view(channelsByte, 0x1f, channels << 5);
  return bytes;
}

/** A profile may end anywhere: what it does not reach, the terminal cannot do. */
export function decodeTerminalProfile(bytes: Uint8Array): TerminalProfile {
  const has = (capability: TerminalCapability) => {
    const [byte, bit] = bits[capability];
    return ((bytes[byte - 1] ?? 0) & (1 << (bit - 1))) !== 0;
  };
  return {
    capabilities: new Set(capabilities.filter(has)),
    channels: (bytes[channelsByte - 1] ?? 0) >> 5,
    bytes: Uint8Array.from(bytes),
  };
}
