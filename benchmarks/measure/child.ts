// A part of a benchmark as a process of its own, on cores of its own where the machine can pin it, so that what is
// measured and what loads it take nothing from each other.
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const taskset = '/usr/bin/taskset';
const canPin = existsSync(taskset) && cpus().length > 1;
const serverCore = '0';
const otherCores = cpus().length > 2 ? `1-${cpus().length - 1}` : '1';

export interface Child<Ready> {
  readonly ready: Ready;
  send(message: object): void;
  /** Asks with one message and waits for the next answer that has `kind`. */
  ask<Answer>(message: object, kind: string): Promise<Answer>;
  stop(): Promise<void>;
}

interface Kind {
  readonly kind: string;
}

/**
 * @param place 'server': on the first core, which everything else leaves alone
 * @param onMessage what it says beside its answers
 */
export async function startChild<Ready>(
  file: URL,
  options: object,
  { place = 'other', onMessage }: { place?: 'server' | 'other'; onMessage?: (message: Kind) => void } = {},
): Promise<Child<Ready>> {
  // Through taskset the child's own arguments stay as they are: only the executable differs.
  const pinned = canPin && {
    execPath: taskset,
    execArgv: ['-c', coresOf(place), process.execPath, ...process.execArgv],
  };
  const child = fork(fileURLToPath(file), [JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
    ...pinned,
  });
  if (onMessage) child.on('message', onMessage);
  const { ready } = await next<{ ready: Ready }>(child, 'ready');
  return {
    ready,
    send: (message) => child.send(message),
    ask(message, kind) {
      const answer = next<never>(child, kind);
      child.send(message);
      return answer;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Puts this process itself where the children are that are no server. */
export function leaveServerCore(): void {
  if (canPin) execFileSync(taskset, ['-a', '-c', '-p', coresOf('other'), String(process.pid)], { stdio: 'ignore' });
}

function coresOf(place: 'server' | 'other'): string {
  return place === 'server' ? serverCore : otherCores;
}

function next<Message>(child: ChildProcess, kind: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('expected a process of the benchmark that stays'));
    child.once('exit', gone);
    child.on('message', function listen(message: Kind) {
      if (message.kind !== kind) return;
      child.off('message', listen);
      child.off('exit', gone);
      resolve(message as Message);
    });
  });
}

// The child's own side.

/** What it was started with. From here on it lives no longer than who started it. */
export function startedWith<Options>(): Options {
  process.on('disconnect', () => process.exit());
  return JSON.parse(process.argv[2] ?? '{}') as Options;
}

export function tell<Message extends Kind>(message: Message): void {
  process.send?.(message);
}

export function ready(what: object): void {
  process.send?.({ kind: 'ready', ready: what });
}
