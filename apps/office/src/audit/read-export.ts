// The whole log, read over this page's own channel, part by part.
import type { Office } from '@vitalseal/clinician';

export async function readExport(office: Office, onLines: (lines: number) => void): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let part = 0, more = true; more; part += 1) {
    const read = await office.ask({ type: 'audit-export', part }, 'audit-export');
    for (const line of read.lines) lines.push(line);
    more = read.more;
    onLines(lines.length);
  }
  return lines;
}
