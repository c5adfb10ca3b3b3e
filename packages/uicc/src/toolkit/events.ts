// The event list: TS 102 223 section 8.25.

import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';

const eventCodes = {
  'mt-call': 0x00,
  'call-connected': 0x01,
  'call-disconnected': 0x02,
  'location-status': 0x03,
  'user-activity': 0x04,
  'idle-screen-available': 0x05,
  'card-reader-status': 0x06,
  'language-selection': 0x07,
  'browser-termination': 0x08,
  'data-available': 0x09,
  'channel-status': 0x0a,
  'access-technology-change': 0x0b,
  'display-parameters-changed': 0x0c,
  'local-connection': 0x0d,
  'network-search-mode-change': 0x0e,
  'browsing-status': 0x0f,
  'frames-information-change': 0x10,
  'wlan-access-status': 0x11,
  'network-rejection': 0x12,
  'hci-connectivity': 0x13,
  'access-technology-change-multiple': 0x14,
  'csg-cell-selection': 0x15,
  'contactless-state-request': 0x16,
  'ims-registration': 0x17,
  'incoming-ims-data': 0x18,
  'profile-container': 0x19,
  'secured-profile-container': 0x1b,
  'poll-interval-negotiation': 0x1c,
} as const;

export type NamedEvent = keyof typeof eventCodes;

/** By its name; by its number if this list has none for it. */
export type ToolkitEvent = NamedEvent | number;

const names = new Map<number, NamedEvent>();
for (const [name, code] of Object.entries(eventCodes)) names.set(code, name as NamedEvent);

export function eventCode(event: ToolkitEvent): number {
  const code = typeof event === 'number' ? event : eventCodes[event];
  if (!Number.isInteger(code) || code < 0 || code > 0xff) throw new UiccError('toolkit-malformed', 'expected an event');
  return code;
}

export function eventOf(code: number): ToolkitEvent {
  return names.get(code) ?? code;
}

export function encodeEventList(events: readonly ToolkitEvent[]): Bytes {
  return Uint8Array.from(events, eventCode);
}

export function decodeEventList(value: Uint8Array): ToolkitEvent[] {
  return Array.from(value, eventOf);
}
