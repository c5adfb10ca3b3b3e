// Where one is, who one is, whether it is live, and the sound.
import { timeWithSeconds } from '@vitalseal/clinician';
import {
  LinkPill,
  SchemeControl,
  SessionMenu,
  SoundControl,
  useHospitalNow,
  useWard,
} from '@vitalseal/clinician/react';
import { BreakGlass } from './emergency/break-glass.tsx';
import classes from './top-bar.module.css';

export function TopBar() {
  const { hospital, self, patients, complete, release } = useWard();
  const now = useHospitalNow();
  return (
    <header className={classes.bar}>
      <p className={classes.product}>Vitalseal</p>
      <p className={classes.place}>
        {hospital ?? 'Hospital'}
        {complete && <span className={classes.count}>{patients.size} patients</span>}
      </p>
      <LinkPill />
      <div className={classes.right}>
        <SoundControl />
        <BreakGlass />
        <SchemeControl />
        <SessionMenu self={self.id} showsAlarms release={release} />
        <time className={classes.clock}>{timeWithSeconds(now)}</time>
      </div>
    </header>
  );
}
