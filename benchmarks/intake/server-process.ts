// A server under test as a child process, pinned to one core where the machine can.

import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { ServerReady, ServerSetting, ServerUsage } from './protocol.ts';

export interface ServerProcess {
  readonly port: number;
  usage(): Promise<ServerUsage>;
  stop(): Promise<void>;
}

export async function startServer(
  file: string,
  setting: ServerSetting,
  fixture: string,
  core: number,
): Promise<ServerProcess> {
  const taskset = '/usr/bin/taskset';
  const pinned = existsSync(taskset);
  // Through taskset the inspector's and the child's own arguments stay as they are: only the executable differs.
  const child = fork(file, [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    ...(pinned ? { execPath: taskset, execArgv: ['-c', String(core), process.execPath] } : {}),
  });
  child.send({ kind: 'begin', setting, fixture });
  const { port } = await nextMessage<ServerReady>(child, 'ready');
  return {
    port,
    async usage() {
      const answer = nextMessage<ServerUsage>(child, 'usage');
      child.send({ kind: 'usage?' });
      return answer;
    },
    async stop() {
      const { promise, resolve } = Promise.withResolvers<void>();
      child.once('exit', () => resolve());
      child.disconnect();
      await promise;
    },
  };
}

function nextMessage<Message extends { readonly kind: string }>(
  child: ChildProcess,
  kind: Message['kind'],
): Promise<Message> {
  const { promise, resolve, reject } = Promise.withResolvers<Message>();
  const gone = () => reject(new Error('expected a server that stays'));
  child.once('exit', gone);
  child.on('message', function listen(message: Message) {
    if (message.kind !== kind) return;
    child.off('message', listen);
    child.off('exit', gone);
    resolve(message);
  });
  return promise;
}
