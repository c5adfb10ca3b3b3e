/** A line of progress from a script, told apart from the output of the tools it runs. */
export function say(text: string): void {
  process.stdout.write(`\n▸ ${text}\n`);
}
