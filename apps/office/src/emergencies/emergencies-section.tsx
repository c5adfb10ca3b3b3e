// Who opened a record without a part in the patient's care, and why. Each is to be looked at by a person.
import { SegmentedControl } from '@mantine/core';
import { useDeviceNow } from '@vitalseal/clinician/react';
import { useMemo, useState } from 'react';
import { useAnswer } from '../office-context.tsx';
import { Empty, Section } from '../parts/section.tsx';
import table from '../parts/table.module.css';
import { exactTime, whenInWords } from '../parts/times.ts';

const day = 86_400_000;
const spans = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '365', label: 'a year' },
];

export function EmergenciesSection() {
  const [span, setSpan] = useState('30');
  const now = useDeviceNow();
  const from = useMemo(() => Math.max(0, Date.now() - Number(span) * day), [span]);
  const { answer, failed } = useAnswer('emergencies', { type: 'emergencies', from });
  const accesses = [...(answer?.accesses ?? [])].sort((a, b) => b.since - a.since);
  return (
    <Section
      title="Emergency accesses"
      text="A doctor opened the record of a patient who was not theirs to see. The care team has been told each time."
      action={<SegmentedControl aria-label="Of the last" data={spans} value={span} onChange={setSpan} />}
      unread={failed}
    >
      {accesses.length === 0 ? (
        <Empty asked={answer !== undefined} text="None in this time." />
      ) : (
        <table className={table.table}>
          <caption className={table.caption}>Emergency accesses, the newest first</caption>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Doctor</th>
              <th scope="col">Patient</th>
              <th scope="col">Reason given</th>
              <th scope="col">Until</th>
            </tr>
          </thead>
          <tbody>
            {accesses.map(({ id, since, until, by, byName, patient, reason }) => (
              <tr key={id}>
                <td className={table.nowrap}>{exactTime(since)}</td>
                <th scope="row">
                  <span className={table.name}>{byName || by.id}</span>
                  <span className={table.aside}>{by.id}</span>
                </th>
                <td>{patient.id}</td>
                <td className={table.reason}>“{reason}”</td>
                <td className={table.nowrap}>{until > now ? `open until ${whenInWords(until, now)}` : 'over'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
