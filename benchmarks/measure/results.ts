// What a benchmark says: for people, whatever it prints; for `run.ts`, lines of JSON among that, each one row of its
// table. Text in a row says which row it is, numbers are what was measured.

export interface Row {
  readonly [column: string]: string | number;
}

const begin = '{"benchmark":';

export function printRow(benchmark: string, row: Row): void {
  console.log(JSON.stringify({ benchmark, ...row }));
}

/** The row in a line of a benchmark's output, if it is one. */
export function parseRow(line: string): Row | undefined {
  if (!line.startsWith(begin)) return undefined;
  const { benchmark, ...row } = JSON.parse(line) as Row;
  return row;
}
