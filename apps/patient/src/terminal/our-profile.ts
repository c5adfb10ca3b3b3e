// TERMINAL PROFILE of this phone (ETSI TS 102 223, 5.2): what the commands beside this file can do.

import type { TerminalProfile } from '@vitalseal/uicc';

export const ourProfile: TerminalProfile = {
  capabilities: new Set([
    'profile-download',
    'timer-expiration',
    'command-result',
    'more-time',
    'poll-interval',
    'polling-off',
    'set-up-event-list',
    'data-available',
    'channel-status',
    'timer-start-stop',
    'timer-value',
    'provide-date-time-zone',
    'open-channel',
    'close-channel',
    'receive-data',
    'send-data',
    'get-channel-status',
    'tcp-client-remote',
    'no-display',
    'no-keypad',
    'geographical-location-reporting',
    'geographical-location-request',
  ] as const),
  channels: 7,
};
