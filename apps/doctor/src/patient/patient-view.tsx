// One patient: the score and what to do about it, the alarms, and the vital signs with their past.
import { ActionIcon, SegmentedControl } from '@mantine/core';
import { responseTo } from '@vitalseal/clinical';
import { type OtherValue, type Patient, scoredVitals } from '@vitalseal/clinician';
import { BackIcon, riskInWords, ScoreMark, useClinician, useHospitalNow, useWard } from '@vitalseal/clinician/react';
import { useEffect, useRef, useState } from 'react';
import { PatientAlarms } from '../alarms/patient-alarms.tsx';
import { DataAge } from '../ward/data-age.tsx';
import { HandedIn } from './handed-in.tsx';
import { OtherValues } from './other-values.tsx';
import classes from './patient-view.module.css';
import { VitalRow } from './vital-row.tsx';

const hour = 3_600_000;
const ranges = [
  { value: '1', label: '1 h' },
  { value: '4', label: '4 h' },
  { value: '12', label: '12 h' },
  { value: '24', label: '24 h' },
];
/** A chart moves on in steps of about a pixel, not with every second. */
const stepsAcross = 400;
const none: ReadonlyMap<number, OtherValue> = new Map();

interface PatientViewProps {
  readonly id: string;
  readonly onClose: () => void;
}

export function PatientView({ id, onClose }: PatientViewProps) {
  const patient = useWard().patients.get(id);
  if (patient === undefined) {
    return (
      <main className={classes.gone}>
        <p>The hospital no longer shows this patient to you.</p>
      </main>
    );
  }
  return <KnownPatient patient={patient} onClose={onClose} />;
}

function KnownPatient({ patient, onClose }: { readonly patient: Patient; readonly onClose: () => void }) {
  const now = useHospitalNow();
  const [range, setRange] = useState('4');
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever came here by keyboard goes on from here; the row they came from may be gone.
  useEffect(() => heading.current?.focus(), []);
  useEscape(onClose);
  const span = Number(range) * hour;
  const step = span / stepsAcross;
  const to = Math.ceil(now / step) * step;
  const window = { from: to - span, to };
  useHistory(patient, to - span);
  const lastSignal = scoredVitals.findLast(
    (vital) => patient.series.has(vital) && vital !== 'consciousness' && vital !== 'oxygen',
  );
  return (
    <main className={classes.view} aria-label={patient.name}>
      <header className={classes.head}>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Back to the ward" onClick={onClose}>
          <BackIcon size={20} />
        </ActionIcon>
        <ScoreMark news2={patient.news2} size="head" />
        <div className={classes.who}>
          <h1 className={classes.name} ref={heading} tabIndex={-1}>
            {patient.name}
          </h1>
          <p className={classes.facts}>
            {patient.bed !== undefined && <span>{patient.bed}</span>}
            <span>{patient.id}</span>
            {patient.scale === 2 && <span>SpO₂ scale 2</span>}
            <DataAge patient={patient} now={now} />
            <HandedIn patient={patient} now={now} />
          </p>
          <Response patient={patient} />
        </div>
        <SegmentedControl
          className={classes.range}
          size="xs"
          aria-label="Time shown"
          data={ranges}
          value={range}
          onChange={setRange}
        />
      </header>
      <PatientAlarms patient={patient.id} />
      <div className={classes.vitals}>
        {scoredVitals.map((vital) => (
          <VitalRow
            key={vital}
            patient={patient}
            vital={vital}
            window={window}
            now={now}
            withTimeAxis={vital === lastSignal}
          />
        ))}
      </div>
      <OtherValues values={patient.others ?? none} now={now} />
    </main>
  );
}

/** The RCP's response to the score; for a partial score the least that is called for. */
function Response({ patient }: { readonly patient: Patient }) {
  const { news2 } = patient;
  if (news2 === undefined) return <p className={classes.response}>No score yet.</p>;
  const { monitoring, response } = responseTo(news2);
  const partial = news2.known < news2.of;
  return (
    <p className={classes.response}>
      <strong>{partial ? `At least ${riskInWords(news2).toLowerCase()} risk` : `${riskInWords(news2)} risk`}</strong>
      {': '}
      {response}; monitoring {monitoring}.
    </p>
  );
}

function useEscape(onEscape: () => void): void {
  useEffect(() => {
    const pressed = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') onEscape();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [onEscape]);
}

function useHistory(patient: Patient, from: number): void {
  const clinician = useClinician();
  const { id, historyFrom } = patient;
  const wanted = historyFrom === undefined || from < historyFrom - 60_000 ? Math.floor(from) : undefined;
  const live = useWard().link.kind === 'live';
  // Asked for by the range, not by each step of the clock.
  const asked = wanted === undefined ? undefined : Math.floor(wanted / hour) * hour;
  useEffect(() => {
    if (asked === undefined || !live) return;
    clinician.loadHistory(id, asked).catch(() => {
      // The link's state already says why; it is asked again when the link lives again.
    });
  }, [clinician, id, asked, live]);
}
