// One of the two that are compared: a server in a process of its own, and connections that load it.
import type { Identity } from '@vitalseal/protocol';
import { LoadedConnection } from './load.ts';
import type { LoadPlan, ServerSetting } from './protocol.ts';
import type { ServerProcess } from './server-process.ts';

export const benchHospital: Identity = { role: 'hospital', id: 'bench' };

export interface Load {
  readonly setting: ServerSetting;
  readonly connections: number;
  readonly perPost: number;
  /** Requests of each connection. */
  readonly posts: number;
}

export interface Contender {
  readonly server: ServerProcess;
  readonly connections: readonly LoadedConnection[];
}

export interface Measured {
  readonly perSecond: number;
  /** CPU time of the server a reading. */
  readonly cpuMillis: number;
}

/** Connects last: a connection that says nothing while requests are prepared would be closed. */
export async function connected(server: ServerProcess, plans: readonly LoadPlan[]): Promise<Contender> {
  return { server, connections: await Promise.all(plans.map((plan) => LoadedConnection.open(plan))) };
}

/** One round: every connection sends its share. */
export async function round({ server, connections }: Contender, posts: number, perPost: number): Promise<Measured> {
  const before = await server.usage();
  const started = performance.now();
  await Promise.all(connections.map((connection) => connection.send(posts)));
  const seconds = (performance.now() - started) / 1000;
  const after = await server.usage();
  const readings = posts * perPost * connections.length;
  if (after.stored - before.stored !== readings) {
    throw new Error('expected every reading that was answered to be stored');
  }
  return { perSecond: readings / seconds, cpuMillis: (after.cpuMicros - before.cpuMicros) / 1000 / readings };
}

export async function dismiss({ server, connections }: Contender): Promise<void> {
  for (const connection of connections) connection.close();
  await server.stop();
}
