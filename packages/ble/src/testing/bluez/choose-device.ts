// The chooser that Web Bluetooth shows to the person, answered in a test over Chromium's DevTools protocol.

interface Prompt {
  readonly id: string;
  readonly devices: readonly { readonly id: string; readonly name: string }[];
}

interface DevTools {
  send(method: 'DeviceAccess.enable'): Promise<unknown>;
  send(method: 'DeviceAccess.selectPrompt', parameters: { id: string; deviceId: string }): Promise<unknown>;
  send(method: 'DeviceAccess.cancelPrompt', parameters: { id: string }): Promise<unknown>;
  on(event: 'DeviceAccess.deviceRequestPrompted', listener: (prompt: Prompt) => void): unknown;
  once(event: 'DeviceAccess.deviceRequestPrompted', listener: (prompt: Prompt) => void): unknown;
}

/** From now on the device with this address on the air, or this name, is chosen as soon as it is offered. */
export async function chooseDevice(session: DevTools, wanted: { readonly id: string } | { readonly name: string }) {
  // The prompt comes again with each device that is heard; a second answer to it would end the browser.
  const answered = new Set<string>();
  session.on('DeviceAccess.deviceRequestPrompted', ({ id, devices }) => {
    const device = devices.find((one) => ('id' in wanted ? one.id === wanted.id : one.name === wanted.name));
    if (device === undefined || answered.has(id)) return;
    answered.add(id);
    session.send('DeviceAccess.selectPrompt', { id, deviceId: device.id }).catch(() => undefined);
  });
  await session.send('DeviceAccess.enable');
}

/** The next chooser is closed with nothing chosen. Before anything is chosen in this session. */
export async function chooseNoDevice(session: DevTools): Promise<void> {
  session.once('DeviceAccess.deviceRequestPrompted', ({ id }) => {
    session.send('DeviceAccess.cancelPrompt', { id }).catch(() => undefined);
  });
  await session.send('DeviceAccess.enable');
}
