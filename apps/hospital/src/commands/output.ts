export function writeLines(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

export function writeJson(value: unknown): void {
  writeLines(JSON.stringify(value));
}
