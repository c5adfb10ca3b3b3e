// Rows of several runs as one table: the median of each figure, and between which values the runs lay.
import type { Row } from './results.ts';
import { median, rounded } from './statistics.ts';

export interface Run {
  /** When it began, ISO 8601. */
  readonly at: string;
  /** The machine's load average of one minute just before. */
  readonly loadBefore: number;
  readonly rows: readonly Row[];
}

export function tableOf(runs: readonly Run[]): string {
  const groups = new Map<string, Row[]>();
  for (const row of runs.flatMap(({ rows }) => rows)) {
    const name = nameOf(row);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  const lines: string[] = [];
  for (const [name, rows] of groups) {
    if (name !== '') lines.push(`  ${name}`);
    const columns = Object.entries(rows[0] ?? {}).filter(([, value]) => typeof value === 'number');
    for (const [column] of columns)
      lines.push(`    ${column.padEnd(32)} ${figure(rows.map((row) => Number(row[column])))}`);
  }
  return lines.join('\n');
}

function nameOf(row: Row): string {
  const names = Object.entries(row).filter(([, value]) => typeof value === 'string');
  return names.map(([column, value]) => `${column} ${value}`).join(', ');
}

function figure(values: readonly number[]): string {
  const middle = String(rounded(median(values)));
  if (values.length === 1) return middle;
  return `${middle}  (${rounded(Math.min(...values))} to ${rounded(Math.max(...values))}, ${values.length} runs)`;
}
