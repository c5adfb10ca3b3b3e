// A directory of reader configuration (reader.conf(5)) with vsmartcard's virtual readers, each on ports of its own.

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

/** Ports that are free together with the next one: vpcd takes both. */
export async function freePortPairs(count: number): Promise<number[]> {
  const pairs: number[] = [];
  while (pairs.length < count) {
    const first = await listenOnce(0);
    if (first === undefined || pairs.some((port) => Math.abs(port - first) < slotsOfDriver)) continue;
    if ((await listenOnce(first + 1)) !== undefined) pairs.push(first);
  }
  return pairs;
}

async function listenOnce(port: number): Promise<number | undefined> {
  const server = createServer().listen(port, '0.0.0.0');
  try {
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' ? address?.port : undefined;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}
