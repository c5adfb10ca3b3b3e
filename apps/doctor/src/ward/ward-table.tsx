// The whole ward at a glance, those who need someone first.
import { patientsByAcuity, scoredVitals, vitalNames } from '@vitalseal/clinician';
import { ScoreMark, useHospitalNow, useWard } from '@vitalseal/clinician/react';
import { useEffect, useRef } from 'react';
import { DataAge } from './data-age.tsx';
import { PatientAlarm } from './patient-alarm.tsx';
import { VitalValue } from './vital-value.tsx';
import classes from './ward-table.module.css';

interface WardTableProps {
  /** The patient whose view was just left: focus goes back to that row. */
  readonly returnTo: string | undefined;
  readonly onSelect: (patient: string) => void;
}

export function WardTable({ returnTo, onSelect }: WardTableProps) {
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => row.current?.focus(), []);
  const ward = useWard();
  const now = useHospitalNow();
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>Patients by acuity: open alarms first, then NEWS2</caption>
      <thead>
        <tr>
          <th scope="col">NEWS2</th>
          <th scope="col">Patient</th>
          {scoredVitals.map((vital) => (
            <th scope="col" key={vital}>
              {vital === 'systolic' ? 'BP' : vitalNames[vital].short}
              <span className={classes.unit}>{vitalNames[vital].unit}</span>
            </th>
          ))}
          <th scope="col">Last reading</th>
        </tr>
      </thead>
      <tbody>
        {patientsByAcuity(ward).map((patient) => (
          <tr key={patient.id}>
            <td>
              <ScoreMark news2={patient.news2} />
            </td>
            <th scope="row" className={classes.who}>
              <button
                type="button"
                className={classes.open}
                ref={patient.id === returnTo ? row : null}
                onClick={() => onSelect(patient.id)}
              >
                {patient.name}
              </button>
              <span className={classes.bed}>{patient.bed ?? patient.id}</span>
              <span className={classes.ageBelow}>
                <DataAge patient={patient} now={now} />
              </span>
              <PatientAlarm patient={patient.id} />
            </th>
            {scoredVitals.map((vital) => (
              <td key={vital}>
                <VitalValue patient={patient} vital={vital} now={now} />
              </td>
            ))}
            <td>
              <DataAge patient={patient} now={now} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
