// No patient on the page, and why: not read yet, none there, or out of reach. The three must not look alike.
import { useWard } from '@vitalseal/clinician/react';
import classes from './empty-ward.module.css';

export function EmptyWard() {
  const { complete, link } = useWard();
  const [title, text] = words(complete, link.kind);
  return (
    <main className={classes.empty}>
      <h1 className={classes.title}>{title}</h1>
      <p>{text}</p>
    </main>
  );
}

function words(complete: boolean, link: string): [title: string, text: string] {
  if (link === 'lost' || link === 'refused' || link === 'stopped') {
    return ['Nothing is known', 'The hospital has not been reached, so this page cannot say who is on the ward.'];
  }
  if (!complete) return ['Reading the ward', 'The hospital is sending the patients.'];
  return [
    'No patient to show you',
    'The hospital is connected. Patients appear here while you are on call, or on their care team.',
  ];
}
