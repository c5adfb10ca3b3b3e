// Messages of the toolkit for property tests.

import fc from 'fast-check';
import type { ProactiveCommand } from './proactive-command.ts';
import type { TerminalResponse } from './terminal-response.ts';

export const anyBytes = (least: number, most: number) =>
  fc.uint8Array({ minLength: least, maxLength: most }).map((some) => Uint8Array.from(some));

const octet = fc.nat(255);
const channel = fc.integer({ min: 1, max: 7 });
const timer = fc.integer({ min: 1, max: 8 });
const seconds = fc.nat(86_399);
const port = fc.nat(65_535);
const address = fc.constantFrom(4, 16).chain((length) => anyBytes(length, length));
const channelStatus = fc.record({ channel: fc.nat(7), linkEstablished: fc.boolean(), information: octet });
const oneOf = <T extends string>(...values: T[]) => fc.constantFrom(...values);

const fields = fc.oneof(
  fc.record({ type: fc.constant('set-up-event-list' as const), events: fc.array(fc.integer({ min: 0x40, max: 255 })) }),
  fc.record({ type: fc.constant('poll-interval' as const), seconds: fc.integer({ min: 1, max: 255 }) }),
  fc.record({
    type: fc.constant('timer-management' as const),
    action: oneOf('start', 'deactivate', 'get'),
    timer,
    seconds,
  }),
  fc.record({
    type: fc.constant('provide-local-information' as const),
    information: fc.constant('date-time-zone' as const),
  }),
  fc.record({ type: fc.constant('geographical-location-request' as const), parameters: anyBytes(0, 8) }),
  fc.record({ type: fc.constant('open-channel' as const), address, port, bufferSize: port }),
  fc.record({
    type: fc.constant('send-data' as const),
    channel,
    data: anyBytes(0, 300),
    immediate: fc.boolean(),
  }),
  fc.record({ type: fc.constant('receive-data' as const), channel, length: octet }),
  fc.record({ type: fc.constant('close-channel' as const), channel }),
  fc.record({ type: oneOf('polling-off', 'more-time', 'get-channel-status') }),
  fc.record({
    type: fc.constant('other' as const),
    commandType: fc.integer({ min: 0x74, max: 255 }),
    destination: octet,
  }),
);

export const anyCommand: fc.Arbitrary<ProactiveCommand> = fc
  .tuple(fields, fc.integer({ min: 1, max: 254 }))
  .map(([some, number]) => ({ ...some, number }));

export const anyResponse: fc.Arbitrary<TerminalResponse> = fc.record(
  {
    number: octet,
    commandType: octet,
    qualifier: octet,
    result: fc.record({ general: octet, additional: anyBytes(1, 2) }, { requiredKeys: ['general'] }),
    duration: fc.integer({ min: 1, max: 255 }),
    channelStatus,
    channelData: anyBytes(0, 255),
    channelDataLength: octet,
    bearer: anyBytes(1, 9),
    bufferSize: port,
    timer,
    timerSeconds: seconds,
    dateTimeZone: fc.record(
      {
        utcMs: fc.integer({ min: 946_771_200, max: 4_102_358_400 }).map((second) => second * 1000),
        offsetMinutes: fc.integer({ min: -56, max: 56 }).map((quarters) => quarters * 15),
      },
      { requiredKeys: ['utcMs'] },
    ),
  },
  { requiredKeys: ['number', 'commandType', 'qualifier', 'result'] },
);

/** Bytes of a message that were cut, changed in one octet, or lengthened. */
export const spoilt = (whole: fc.Arbitrary<Uint8Array>) =>
  fc.tuple(whole, fc.nat(), octet, anyBytes(0, 3)).map(([bytes, at, changed, more]) => {
    const some = Uint8Array.from([...bytes, ...more]);
    if (some.length > 0) some[at % some.length] = changed;
    return changed % 2 === 0 ? some.slice(0, at % (some.length + 1)) : some;
  });
