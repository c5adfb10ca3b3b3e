// A directory of reader configuration (reader.conf(5)) with vsmartcard's virtual readers, each on ports of its own.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { UiccError } from '../errors.ts';

/** Of vsmartcard-vpcd; as Debian has it, two slots each. */
const driver = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
export const slotsOfDriver = 2;
/** A driver keeps its slots in its own memory, by their number: further readers need a copy of it under another name. */
export async function configureReaders(folder: string, ports: readonly number[]): Promise<string> {
  const configuration = join(folder, 'reader.conf.d');
  await mkdir(configuration);
  const entries: string[] = [];
  for (const [index, port] of ports.entries()) {
    const copy = join(folder, `libifdvpcd-${index}.so`);
    await copyFile(driver, copy).catch((cause) => {
      throw new UiccError('pcsc-unreachable', `expected vsmartcard-vpcd at ${driver}`, { cause });
    });
    entries.push(
      `FRIENDLYNAME "Virtual PCD ${index}"\nDEVICENAME /dev/null:${port}\nLIBPATH ${copy}\nCHANNELID ${port}\n`,
    );
  }
  await writeFile(join(configuration, 'vpcd'), entries.join('\n'));
  return configuration;
}

/** @param index of a reader, from 0 */
export function portOf(ports: readonly number[], index: number): number {
  return (ports[Math.floor(index / slotsOfDriver)] ?? 0) + (index % slotsOfDriver);
}

/** Below those that Linux gives to connections that go out, so that none takes one before the driver does. */
const firstPort = 20_000;
const lastPort = 32_000;

/** Ports that are free together with the next one: vpcd takes both. */
export async function freePortPairs(count: number): Promise<number[]> {
  const pairs: number[] = [];
  while (pairs.length < count) {
    const first = randomInt(firstPort, lastPort);
    const apart = pairs.every((port) => Math.abs(port - first) >= slotsOfDriver);
    if (apart && (await isFree(first)) && (await isFree(first + 1))) pairs.push(first);
  }
  return pairs;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '0.0.0.0');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
