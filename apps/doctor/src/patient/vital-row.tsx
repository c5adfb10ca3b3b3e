// One vital sign of the open patient: what it is now, how it went, and what it adds to the score and why.
import type { Vital } from '@vitalseal/clinical';
import {
  ageInWords,
  bandsOf,
  type Columns,
  isOnOxygen,
  type Patient,
  type ScoredVital,
  timeInWords,
  valueInWords,
  vitalNames,
} from '@vitalseal/clinician';
import { SourceMark } from '@vitalseal/clinician/react';
import { useCallback, useMemo } from 'react';
import { BandStrip } from './band-strip.tsx';
import { SignalChart } from './signal-chart.tsx';
import { signalScales } from './signal-scale.ts';
import { StateStrip } from './state-strip.tsx';
import classes from './vital-row.module.css';

export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

interface VitalRowProps {
  readonly patient: Patient;
  readonly vital: ScoredVital;
  readonly window: TimeWindow;
  readonly now: number;
  readonly withTimeAxis: boolean;
}

const nothing: Columns = { times: [], values: [] };

export function VitalRow({ patient, vital, window, now, withTimeAxis }: VitalRowProps) {
  const last = patient.series.get(vital)?.lastKnown;
  const points = patient.news2?.parts[vital] ?? null;
  const onOxygen = isOnOxygen({ oxygen: patient.series.get('oxygen')?.lastKnown?.value ?? 0 });
  const bands = useMemo(() => bandsOf(vital, patient.scale, onOxygen), [vital, patient.scale, onOxygen]);
  const known = last?.value ?? undefined;
  return (
    <section
      className={classes.row}
      data-points={points ?? 'missing'}
      data-never={last === undefined}
      data-state={signalScales[vital] === undefined || last === undefined}
    >
      <div className={classes.now}>
        <h2 className={classes.name}>{vital === 'systolic' ? 'Blood pressure' : vitalNames[vital].name}</h2>
        <p className={classes.value} data-old={points === null}>
          {known === undefined
            ? '–'
            : `${valueInWords(vital, known, patient.scale)}${diastolicPart(patient, vital, last?.at)}`}
          {known !== undefined && <span className={classes.unit}>{vitalNames[vital].unit}</span>}
        </p>
        <p className={classes.state}>
          {stateInWords(points, last?.at, now)} <SourceMark source={last?.source} />
        </p>
      </div>
      <Past patient={patient} vital={vital} window={window} withTimeAxis={withTimeAxis} bands={bands} />
      <div className={classes.why}>
        <BandStrip bands={bands} points={points} value={known} unit={vitalNames[vital].unit} />
        <span className={classes.points} data-points={points ?? 'missing'}>
          {points === null ? '?' : points}
        </span>
      </div>
    </section>
  );
}

function Past({
  patient,
  vital,
  window,
  withTimeAxis,
  bands,
}: Pick<VitalRowProps, 'patient' | 'vital' | 'window' | 'withTimeAxis'> & { bands: ReturnType<typeof bandsOf> }) {
  const { from, to } = window;
  const vitals = useMemo<Vital[]>(() => (vital === 'systolic' ? ['systolic', 'diastolic'] : [vital]), [vital]);
  const columns = useMemo(
    () => vitals.map((each) => patient.series.get(each)?.columns(from, to) ?? nothing),
    [vitals, patient, from, to],
  );
  const format = useCallback((value: number) => valueInWords(vital, value, patient.scale), [vital, patient.scale]);
  const scale = signalScales[vital];
  const own = patient.series.get(vital);
  const label = `${vitalNames[vital].name} over the last ${ageInWords(to - from)}`;
  if (own === undefined) return <p className={classes.never}>never measured here</p>;
  if (scale === undefined) return <StateStrip series={own} from={from} to={to} label={label} wordOf={format} />;
  return (
    <SignalChart
      label={label}
      signals={columns}
      from={from}
      to={to}
      scale={scale}
      bands={bands}
      withTimeAxis={withTimeAxis}
      format={format}
    />
  );
}

function diastolicPart(patient: Patient, vital: Vital, at: number | undefined): string {
  if (vital !== 'systolic') return '';
  const diastolic = patient.series.get('diastolic')?.lastKnown;
  return diastolic?.value == null || diastolic.at !== at ? '' : `/${valueInWords('diastolic', diastolic.value)}`;
}

function stateInWords(points: number | null, at: number | undefined, now: number): string {
  if (at === undefined) return 'missing: not in the score';
  if (points !== null) return `${ageInWords(now - at)} ago`;
  return `not counted: last ${timeInWords(at, now)}, ${ageInWords(now - at)} ago`;
}
