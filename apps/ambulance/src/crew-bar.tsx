// Which unit this is, whether it is reached, and the sound.
import { timeWithSeconds } from '@vitalseal/clinician';
import {
  LinkPill,
  SchemeControl,
  SessionMenu,
  SoundControl,
  useHospitalNow,
  useWard,
} from '@vitalseal/clinician/react';
import classes from './crew-bar.module.css';

export function CrewBar() {
  const { hospital, self, release } = useWard();
  const now = useHospitalNow();
  return (
    <header className={classes.bar}>
      <SessionMenu self={self.id} large showsAlarms release={release} />
      <p className={classes.hospital}>{hospital ?? 'Vitalseal'}</p>
      <LinkPill />
      <div className={classes.right}>
        <SoundControl prominent />
        <SchemeControl size="xl" />
        <time className={classes.clock}>{timeWithSeconds(now)}</time>
      </div>
    </header>
  );
}
