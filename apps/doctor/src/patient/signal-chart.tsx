// One signal over time. Gaps are gaps: nothing is drawn between two measurements that are further apart than the sensor's
// own rhythm, and a lone measurement is a dot. NEWS2's bands lie behind it.
import { useComputedColorScheme } from '@mantine/core';
import type { Band, Columns } from '@vitalseal/clinician';
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import classes from './signal-chart.module.css';
import { chartHeight, chartOptions, type Drawing, inkOf } from './signal-drawing.ts';
import { type SignalScale, widened } from './signal-scale.ts';

interface SignalChartProps {
  readonly label: string;
  /** The first is the signal; a second (diastolic) is drawn fainter below it. */
  readonly signals: readonly Columns[];
  readonly from: number;
  readonly to: number;
  readonly scale: SignalScale;
  readonly bands: readonly Band[];
  readonly withTimeAxis: boolean;
  readonly format: (value: number) => string;
}

export function SignalChart({ label, signals, from, to, scale, bands, withTimeAxis, format }: SignalChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing>(undefined);
  const [plot, setPlot] = useState<uPlot>();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const signalCount = signals.length;

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const size = () => ({ width: element.clientWidth, height: chartHeight(withTimeAxis) });
    const made = new uPlot(
      { ...size(), ...chartOptions({ signalCount, withTimeAxis, drawing, readout }) },
      [[], ...Array.from({ length: signalCount }, () => [])],
      element,
    );
    setPlot(made);
    const resized = new ResizeObserver(() => made.setSize(size()));
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
      setPlot(undefined);
    };
  }, [signalCount, withTimeAxis]);

  useEffect(() => {
    if (plot === undefined) return;
    const [least, most] = widened(
      scale,
      signals.flatMap(({ values }) => values),
    );
    drawing.current = { bands, ticks: scale.ticks, ink: inkOf(scheme), format };
    plot.batch(() => {
      plot.setData(joined(signals), false);
      plot.setScale('x', { min: from / 1000, max: to / 1000 });
      plot.setScale('y', { min: least, max: most });
    });
    plot.redraw(false, true);
  }, [plot, signals, from, to, scale, bands, scheme, format]);

  return (
    <div className={classes.chart} role="img" aria-label={label}>
      <div ref={host} />
      <div ref={readout} className={classes.readout} aria-hidden="true" />
    </div>
  );
}

/** Null stays a gap; where only the other signal has a sample, undefined lets the line pass. */
function joined(signals: readonly Columns[]): uPlot.AlignedData {
  const [first, ...others] = signals.map(
    ({ times, values }): uPlot.AlignedData => [times.map((at) => at / 1000), values],
  );
  if (first === undefined) return [[]];
  return others.length === 0 ? first : uPlot.join([first, ...others]);
}
