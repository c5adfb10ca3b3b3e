// The frame of a supervised process: the run's clock and its options, as JSON, come as arguments, it says when it is ready,
// and it ends in good order when asked to, or when the process that supervises it is gone.
import { parseScaledTime } from '@vitalseal/recording';
import { isClockBegan, SharedClock } from './shared-clock.ts';

export interface Served {
  /** Sent to the supervisor. */
  readonly ready: object;
  stop(): Promise<void>;
}

/** A store that hangs must not keep a process that nobody supervises any more; in ms. */
const stopWithin = 15_000;

export async function serveUntilTerminated<Options>(
  start: (options: Options, clock: SharedClock) => Promise<Served>,
): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('disconnect', () => resolve());
    // The terminal sends it to the whole group; the supervisor decides when this process ends.
    process.on('SIGINT', () => {});
  });
  const [, , clockText = '', optionsText = ''] = process.argv;
  const clock = new SharedClock(parseScaledTime(clockText));
  process.on('message', (message) => {
    if (isClockBegan(message)) clock.begin(message.clockBeganAt);
  });
  const options: Options = JSON.parse(optionsText);
  const served = await start(options, clock);
  process.send?.({ ready: served.ready });
  await ended;
  setTimeout(() => process.exit(1), stopWithin).unref();
  await served.stop();
  process.exit(0);
}
