// What BlueZ asks while it pairs (its doc/org.bluez.Agent.rst), answered by the same agent as our own host stack asks.

import type { PairingAgent } from '../host/pairing.ts';
import type { BluezObjects } from './bluez-objects.ts';

const path = '/org/vitalseal/agent';
const manager = 'org.bluez.AgentManager1';

export async function registerAgent(objects: BluezObjects, agent: PairingAgent): Promise<void> {
  objects.answer(path, async (member, [device, passkey]) => {
    const peer = typeof device === 'string' ? addressIn(device) : '';
    const digits = String(passkey ?? '').padStart(6, '0');
    switch (member) {
      case 'RequestConfirmation':
        if ((await agent.confirm?.(peer, digits)) !== true) throw new Error('not confirmed');
        return [''];
      case 'DisplayPasskey':
        agent.show?.(peer, digits);
        return [''];
      case 'RequestPasskey':
        return ['u', Number(await agent.enter?.(peer))];
      case 'RequestAuthorization':
      case 'Release':
      case 'Cancel':
        return [''];
      default:
        throw new Error('not offered');
    }
  });
  await objects.call('/org/bluez', manager, 'RegisterAgent', 'os', [path, capabilityOf(agent)]);
}

function capabilityOf({ show, confirm, enter }: PairingAgent): string {
  if (enter !== undefined) return confirm === undefined && show === undefined ? 'KeyboardOnly' : 'KeyboardDisplay';
  if (confirm !== undefined) return 'DisplayYesNo';
  return show === undefined ? 'NoInputNoOutput' : 'DisplayOnly';
}

const addressIn = (device: string) => device.slice(device.lastIndexOf('dev_') + 4).replaceAll('_', ':');
