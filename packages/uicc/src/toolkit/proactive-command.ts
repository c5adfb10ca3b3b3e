// What the card asks of the terminal: TS 102 223 section 6. Commands that the MHA uses have their fields; every other
// one is kept as its objects.

import type { Bytes } from '../card.ts';
import type { ToolkitEvent } from './events.ts';
import type { Received } from './toolkit-message.ts';

interface Common extends Received {
  /** Of this command, from 1 to 254; the terminal's response says the same. */
  readonly number: number;
  /** The command qualifier as it came, where the fields do not say it all. */
  readonly qualifier?: number;
}

export type LocalInformation = 'location' | 'imei' | 'date-time-zone' | 'language' | 'battery-state' | number;

export interface SetUpEventList {
  readonly type: 'set-up-event-list';
  /** None: no events any more. */
  readonly events: readonly ToolkitEvent[];
}

export interface PollInterval {
  readonly type: 'poll-interval';
  readonly seconds: number;
}

export interface PollingOff {
  readonly type: 'polling-off';
}

export interface MoreTime {
  readonly type: 'more-time';
}

export interface TimerManagement {
  readonly type: 'timer-management';
  readonly action: 'start' | 'deactivate' | 'get';
  /** 1 to 8. */
  readonly timer: number;
  /** To start with; less than a day. */
  readonly seconds?: number;
}

export interface ProvideLocalInformation {
  readonly type: 'provide-local-information';
  readonly information: LocalInformation;
}

/** 3GPP TS 31.111: the place follows in an envelope. */
export interface GeographicalLocationRequest {
  readonly type: 'geographical-location-request';
  /** Accuracy, shapes and response time that are preferred. */
  readonly parameters?: Bytes;
}

/** OPEN CHANNEL for TCP, the card as the client of a remote host; every other kind of channel is `other`. */
export interface OpenChannel {
  readonly type: 'open-channel';
  /** IPv4 or IPv6, 4 or 16 octets. */
  readonly address: Bytes;
  readonly port: number;
  readonly bufferSize: number;
  /** Bearer description; the default bearer where it is absent. */
  readonly bearer?: Bytes;
}

export interface SendData {
  readonly type: 'send-data';
  readonly channel: number;
  readonly data: Bytes;
  /** Send what is stored, and this, at once; otherwise store it. */
  readonly immediate: boolean;
}

export interface ReceiveData {
  readonly type: 'receive-data';
  readonly channel: number;
  /** Octets that are asked for: 1 to 255. */
  readonly length: number;
}

export interface CloseChannel {
  readonly type: 'close-channel';
  readonly channel: number;
}

export interface GetChannelStatus {
  readonly type: 'get-channel-status';
}

export interface OtherCommand {
  readonly type: 'other';
  readonly commandType: number;
  /** Device identity; the terminal if it is not said. */
  readonly destination?: number;
}

export type ProactiveCommand = Common &
  (
    | SetUpEventList
    | PollInterval
    | PollingOff
    | MoreTime
    | TimerManagement
    | ProvideLocalInformation
    | GeographicalLocationRequest
    | OpenChannel
    | SendData
    | ReceiveData
    | CloseChannel
    | GetChannelStatus
    | OtherCommand
  );

export type ProactiveCommandType = ProactiveCommand['type'];

/** TS 102 223 section 8.6: what a terminal response repeats. */
export interface CommandDetails {
  readonly number: number;
  readonly commandType: number;
  readonly qualifier: number;
}
