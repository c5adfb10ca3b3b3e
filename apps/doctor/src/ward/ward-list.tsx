// The ward beside an open patient: who, the score, and which vitals make it.
import { type Patient, patientsByAcuity, scoredVitals, valueInWords, vitalNames } from '@vitalseal/clinician';
import { ScoreMark, useHospitalNow, useWard } from '@vitalseal/clinician/react';
import { DataAge } from './data-age.tsx';
import { PatientAlarm } from './patient-alarm.tsx';
import { PointsFlag } from './vital-value.tsx';
import classes from './ward-list.module.css';

interface WardListProps {
  readonly selected: string;
  readonly onSelect: (patient: string) => void;
}

export function WardList({ selected, onSelect }: WardListProps) {
  const ward = useWard();
  const now = useHospitalNow();
  return (
    <ul className={classes.list}>
      {patientsByAcuity(ward).map((patient) => (
        <li key={patient.id} className={classes.row} data-selected={patient.id === selected}>
          <ScoreMark news2={patient.news2} />
          <div className={classes.text}>
            <div className={classes.first}>
              <button
                type="button"
                className={classes.open}
                aria-current={patient.id === selected}
                onClick={() => onSelect(patient.id)}
              >
                {patient.name}
              </button>
              <DataAge patient={patient} now={now} />
            </div>
            <PatientAlarm patient={patient.id} />
            <ScoringVitals patient={patient} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function ScoringVitals({ patient }: { readonly patient: Patient }) {
  const scoring = scoredVitals.filter((vital) => (patient.news2?.parts[vital] ?? 0) > 0);
  return (
    <div className={classes.vitals}>
      {patient.bed !== undefined && <span className={classes.bed}>{patient.bed}</span>}
      {scoring.map((vital) => {
        const value = patient.series.get(vital)?.lastKnown?.value;
        return (
          <span key={vital} className={classes.vital}>
            {vitalNames[vital].short} {value == null ? '' : valueInWords(vital, value, patient.scale)}
            <PointsFlag points={patient.news2?.parts[vital] ?? 0} />
          </span>
        );
      })}
    </div>
  );
}
