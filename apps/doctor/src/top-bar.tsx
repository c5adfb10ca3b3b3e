// Where one is, who one is, whether it is live, and the sound.
import { timeWithSeconds } from '@vitalseal/clinician';
import { LinkPill, SchemeControl, SoundControl, useHospitalNow, useWard } from '@vitalseal/clinician/react';
import classes from './top-bar.module.css';

export function TopBar() {
  const { hospital, self, patients, complete } = useWard();
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
        <SchemeControl />
        <span className={classes.self}>{self.id}</span>
        <time className={classes.clock}>{timeWithSeconds(now)}</time>
      </div>
    </header>
  );
}
