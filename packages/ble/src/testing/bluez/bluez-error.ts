// What BlueZ calls its failures on D-Bus.

import { BleError } from '../../errors.ts';

export class BluezError extends Error {
  readonly type: string;

  constructor(
    type: 'Failed' | 'NotPermitted' | 'NotAuthorized' | 'NotConnected' | 'NotReady' | 'AuthenticationFailed',
    text: string,
  ) {
    super(text);
    this.type = `org.bluez.Error.${type}`;
  }
}

export function bluezErrorOf(error: unknown): { type: string; text: string } {
  if (error instanceof BluezError) return { type: error.type, text: error.message };
  if (error instanceof BleError && error.code === 'radio-disconnected') {
    return { type: 'org.bluez.Error.NotConnected', text: error.message };
  }
  return { type: 'org.bluez.Error.Failed', text: error instanceof Error ? error.message : 'failed' };
}
