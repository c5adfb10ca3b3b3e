// A part of the demo in a process of its own, started again when it dies: the demo is also how one sees that killing
// the hospital or the phones loses nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { formatClock } from '@vitalseal/recording';
import { DemoError } from '../errors.ts';
import type { SharedClock } from './shared-clock.ts';

/** What all processes of a run have in common. */
export interface Supervision {
  readonly clock: SharedClock;
  /** Called with each line it writes to standard error. */
  readonly onTrouble?: (line: string) => void;
  readonly onRestart?: (restarts: number) => void;
}

export interface SupervisedOptions extends Supervision {
  /** What the console calls it. */
  readonly name: string;
  readonly script: string;
  /** Of the script, said to it as JSON. */
  readonly options: object;
  /** Called with each message that the process sends. */
  readonly onMessage?: (message: unknown) => void;
}

/** How long a process has to say that it is ready, in ms. */
const readyWithin = 60_000;
/** A process that dies sooner than this after its start, again and again, will not get well by itself; in ms. */
const tooSoon = 2_000;
const mostEarlyDeaths = 5;

export class Supervised {
  readonly #options: SupervisedOptions;
  #child: ChildProcess | undefined;
  #stopping = false;
  #earlyDeaths = 0;
  #trouble: string[] = [];
  readonly name: string;
  restarts = 0;
  /** Settles when the process is beyond help; the demo ends with it. */
  readonly failed: Promise<never>;
  #fail: (error: Error) => void = () => {};

  constructor(options: SupervisedOptions) {
    this.#options = options;
    this.name = options.name;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it; resolves with the message `{ ready: … }` that it sends when it serves. */
  start(): Promise<unknown> {
    return Promise.race([this.#spawn(), this.failed]);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  send(message: object): void {
    // One that was killed just now has ears no more; what takes its place is told by whoever asks again, or by its arguments.
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  }

  #spawn(): Promise<unknown> {
    const startedAt = Date.now();
    const { script, clock, options } = this.#options;
    const args = [script, formatClock(clock.time), JSON.stringify(options)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#child = child;
    this.#collectTrouble(child);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#giveUp(`was not ready within ${readyWithin / 1000} s`), readyWithin);
      child.on('message', (message) => {
        if (isReady(message)) {
          clearTimeout(timer);
          resolve(message.ready);
        }
        this.#options.onMessage?.(message);
      });
      child.once('exit', () => {
        clearTimeout(timer);
        if (this.#stopping) return;
        this.#earlyDeaths = Date.now() - startedAt < tooSoon ? this.#earlyDeaths + 1 : 0;
        if (this.#earlyDeaths >= mostEarlyDeaths) return this.#giveUp('keeps dying');
        this.restarts += 1;
        this.#options.onRestart?.(this.restarts);
        resolve(this.#spawn());
      });
    });
  }

  #collectTrouble(child: ChildProcess): void {
    let rest = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        this.#trouble = [...this.#trouble.slice(-4), line];
        this.#options.onTrouble?.(line);
      }
    });
  }

  #giveUp(why: string): void {
    this.#stopping = true;
    this.#child?.kill('SIGKILL');
    const said = this.#trouble.length === 0 ? '' : `; it last said: ${this.#trouble.join(' | ')}`;
    this.#fail(new DemoError('demo-process-failed', `${this.name} ${why}${said}`));
  }
}

function isReady(message: unknown): message is { ready: unknown } {
  return typeof message === 'object' && message !== null && 'ready' in message;
}
