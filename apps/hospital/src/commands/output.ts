export function writeLines(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

export function writeJson(value: unknown): void {
  writeLines(JSON.stringify(value));
}

/** Says how far long work has come, on the terminal of whoever waits for it, once a second at most. */
export function progress(what: string): (done: number) => void {
  let saidAt = Date.now();
  return (done) => {
    if (Date.now() - saidAt < 1000) return;
    saidAt = Date.now();
    process.stderr.write(`${done} ${what}\n`);
  };
}
