// The frame of a supervised process: its options come as one JSON argument, it says when it is ready, and it ends in
// good order when asked to, or when the process that supervises it is gone.

export interface Served {
  /** Sent to the supervisor. */
  readonly ready: object;
  stop(): Promise<void>;
}

/** A store that hangs must not keep a process that nobody supervises any more; in ms. */
const stopWithin = 15_000;

export async function serveUntilTerminated<Options>(start: (options: Options) => Promise<Served>): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('disconnect', () => resolve());
    // The terminal sends it to the whole group; the supervisor decides when this process ends.
    process.on('SIGINT', () => {});
  });
  const options: Options = JSON.parse(process.argv[2] ?? '{}');
  const served = await start(options);
  process.send?.({ ready: served.ready });
  await ended;
  setTimeout(() => process.exit(1), stopWithin).unref();
  await served.stop();
  process.exit(0);
}
