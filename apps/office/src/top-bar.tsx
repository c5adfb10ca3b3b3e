// Which hospital's office this is, whether it is reached, and who one is.
import { LinkPillOf, SchemeControl, SessionMenu } from '@vitalseal/clinician/react';
import { useOfficeState } from './office-context.tsx';
import classes from './top-bar.module.css';

export function TopBar() {
  const { hospital, self, link, release } = useOfficeState();
  return (
    <header className={classes.bar}>
      <p className={classes.product}>Vitalseal</p>
      <p className={classes.place}>
        {hospital ?? 'Hospital'}
        <span className={classes.role}>{self.role === 'auditor' ? 'Audit' : 'Administration'}</span>
      </p>
      <LinkPillOf link={link} />
      <div className={classes.right}>
        <SchemeControl />
        <SessionMenu self={self.id} showsAlarms={false} release={release} />
      </div>
    </header>
  );
}
