// The chooser that Web Bluetooth shows to the person, answered in a test over Chromium's DevTools protocol.

interface DevTools {
  send(method: 'DeviceAccess.enable'): Promise<unknown>;
  send(method: 'DeviceAccess.selectPrompt', parameters: { id: string; deviceId: string }): Promise<unknown>;
  on(
    event: 'DeviceAccess.deviceRequestPrompted',
    listener: (prompt: { id: string; devices: { id: string; name: string }[] }) => void,
  ): unknown;
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
