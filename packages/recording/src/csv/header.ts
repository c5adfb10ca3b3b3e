// The header: columns by name, in any order, in any case. Unknown ones are ignored; a known one that stands twice leaves
// open which is meant, and is refused.

import type { RecordingPlace } from '../errors.ts';
import { RecordingError } from '../errors.ts';
import { numberColumns } from './row.ts';

const knownColumns = ['time_s', 'hour', 'patient', ...numberColumns, 'oxygen', 'consciousness'] as const;

export type Column = (typeof knownColumns)[number];

export interface Header {
  readonly width: number;
  readonly index: { readonly [C in Column]?: number };
  readonly time: { readonly column: 'time_s' | 'hour'; readonly index: number; readonly seconds: number };
}

export function readHeader(cells: readonly string[], place: RecordingPlace): Header {
  const index: { [C in Column]?: number } = {};
  for (const [position, cell] of cells.entries()) {
    const name = cell.trim().toLowerCase();
    const column = knownColumns.find((known) => known === name);
    if (column === undefined) continue;
    if (index[column] !== undefined) {
      throw new RecordingError('recording-column-duplicate', 'expected each column once', { ...place, column });
    }
    index[column] = position;
  }
  const vital = [...numberColumns, 'oxygen' as const, 'consciousness' as const].some(
    (column) => index[column] !== undefined,
  );
  const width = cells.length;
  // With both, the seconds are the finer: the hour is one of the columns that are ignored.
  if (index.time_s === undefined && index.hour === undefined) {
    throw new RecordingError('recording-column-missing', 'expected a column time_s or hour', place);
  }
  if (!vital) {
    const names = [...numberColumns, 'oxygen', 'consciousness'].join(', ');
    throw new RecordingError('recording-column-missing', `expected at least one column of ${names}`, place);
  }
  if (index.time_s !== undefined) return { width, index, time: { column: 'time_s', index: index.time_s, seconds: 1 } };
  return { width, index, time: { column: 'hour', index: index.hour ?? 0, seconds: 3600 } };
}
