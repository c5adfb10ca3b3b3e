// How uPlot draws a signal: bands of NEWS2 behind, ticks at their edges, one ink for every signal, since colour is kept
// for what is abnormal.
import { type Band, pointsOf, timeWithSeconds } from '@vitalseal/clinician';
import type { RefObject } from 'react';
import type uPlot from 'uplot';

export interface Ink {
  readonly trace: string;
  readonly trace2: string;
  readonly label: string;
  readonly grid: string;
  readonly bands: readonly string[];
  /** Between systolic and diastolic. */
  readonly pressure: string;
}

/** Everything that may change without a new chart. */
export interface Drawing {
  readonly bands: readonly Band[];
  readonly ticks: readonly number[];
  readonly ink: Ink;
  readonly format: (value: number) => string;
}

interface ChartSetup {
  readonly signalCount: number;
  readonly withTimeAxis: boolean;
  readonly drawing: RefObject<Drawing | undefined>;
  readonly readout: RefObject<HTMLDivElement | null>;
}

const plotHeight = 76;
const timeAxisHeight = 24;
const valueAxisWidth = 34;
const labelFont = '12px "IBM Plex Sans Variable", sans-serif';
/** Half a step of the table's precision, so that neighbouring bands touch. */
const half = 0.5;

export const chartHeight = (withTimeAxis: boolean): number => plotHeight + (withTimeAxis ? timeAxisHeight : 0);

/** The scheme is asked for because the colours follow it: the sheet's variables are those of the scheme in force. */
export function inkOf(_scheme: 'light' | 'dark'): Ink {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--vs-${name}`).trim();
  return {
    trace: colour('trace'),
    trace2: colour('trace-2'),
    label: colour('ink-3'),
    grid: colour('hairline'),
    bands: ['', colour('band-1'), colour('band-2'), colour('band-3')],
    pressure: colour('pressure'),
  };
}

export function chartOptions({ signalCount, withTimeAxis, drawing, readout }: ChartSetup) {
  const label = () => drawing.current?.ink.label ?? '';
  const grid = { stroke: () => drawing.current?.ink.grid ?? '', width: 1 };
  const series = Array.from(
    { length: signalCount },
    (_, i): uPlot.Series => ({
      stroke: () => (i === 0 ? drawing.current?.ink.trace : drawing.current?.ink.trace2) ?? '',
      width: i === 0 ? 1.6 : 1.2,
      spanGaps: false,
      points: { show: true, size: 4, filter: lonePoints, fill: () => drawing.current?.ink.trace ?? '' },
    }),
  );
  return {
    padding: [4, 20, withTimeAxis ? 0 : 4, 0],
    legend: { show: false },
    scales: {
      x: { time: true, auto: false },
      y: { auto: false, range: (_u: uPlot, min: number, max: number) => [min, max] },
    },
    cursor: {
      sync: { key: 'signals' },
      drag: { x: false, y: false },
      y: false,
      points: { show: false },
    },
    axes: [
      {
        show: withTimeAxis,
        size: timeAxisHeight,
        font: labelFont,
        stroke: label,
        grid,
        ticks: { show: false },
        gap: 4,
        values: timeLabels,
      },
      {
        size: valueAxisWidth,
        font: labelFont,
        stroke: label,
        grid,
        ticks: { show: false },
        gap: 4,
        splits: () => [...(drawing.current?.ticks ?? [])],
        values: (_u: uPlot, splits: number[]) => splits.map((split) => drawing.current?.format(split) ?? ''),
      },
    ],
    series: [{}, ...series],
    bands: signalCount > 1 ? [{ series: [1, 2], fill: () => drawing.current?.ink.pressure ?? '' }] : [],
    hooks: {
      drawClear: [(u: uPlot) => drawBands(u, drawing.current)],
      setCursor: [(u: uPlot) => writeReadout(u, drawing.current, readout.current)],
    },
  } satisfies Partial<uPlot.Options>;
}

function drawBands(u: uPlot, drawing: Drawing | undefined): void {
  if (drawing === undefined) return;
  const { left, top, width, height } = u.bbox;
  u.ctx.save();
  u.ctx.beginPath();
  u.ctx.rect(left, top, width, height);
  u.ctx.clip();
  for (const band of drawing.bands) {
    const points = pointsOf(band);
    if (points === 0) continue;
    const step = Number.isInteger(band.from ?? 0) && Number.isInteger(band.to ?? 0) ? half : half / 10;
    const high = band.to === undefined ? top : u.valToPos(band.to + step, 'y', true);
    const low = band.from === undefined ? top + height : u.valToPos(band.from - step, 'y', true);
    u.ctx.fillStyle = drawing.ink.bands[points] ?? '';
    u.ctx.fillRect(left, high, width, low - high);
  }
  u.ctx.restore();
}

/** A sample with a gap on either side would otherwise not be drawn at all. */
function lonePoints(u: uPlot, seriesIndex: number): number[] {
  const values = u.data[seriesIndex] ?? [];
  const lone: number[] = [];
  const known = [...values.entries()].filter(([, value]) => value !== undefined);
  known.forEach(([index, value], i) => {
    if (value === null) return;
    const alone = known[i - 1]?.[1] == null && known[i + 1]?.[1] == null;
    if (alone || i === known.length - 1) lone.push(index);
  });
  return lone;
}

const hours = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

function timeLabels(_u: uPlot, splits: number[]): string[] {
  return splits.map((split) => {
    const at = new Date(split * 1000);
    return at.getHours() === 0 && at.getMinutes() === 0 ? days.format(at) : hours.format(at);
  });
}

function writeReadout(u: uPlot, drawing: Drawing | undefined, readout: HTMLDivElement | null): void {
  if (readout === null || drawing === undefined) return;
  const index = u.cursor.idx;
  const at = index == null ? undefined : u.data[0][index];
  if (index == null || at === undefined) {
    readout.textContent = '';
    return;
  }
  const values = u.data.slice(1).map((series) => series[index]);
  const text = values.every((value) => value == null)
    ? 'no value'
    : values.map((value) => (value == null ? '–' : drawing.format(value))).join(' / ');
  readout.textContent = `${timeWithSeconds(at * 1000)}  ${text}`;
}
