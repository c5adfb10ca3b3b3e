// Something the patient should know: a sign, words, and at most one thing to do.
import type { ReactNode } from 'react';
import classes from './notice.module.css';

interface NoticeProps {
  readonly tone: 'good' | 'plain' | 'attention' | 'grave';
  readonly icon: ReactNode;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  /** Said by a screen reader when it appears: `alert` at once, `status` when there is a pause. */
  readonly say?: 'alert' | 'status' | undefined;
}

export function Notice({ tone, icon, title, children, say }: NoticeProps) {
  return (
    <div className={classes.notice} data-tone={tone} role={say}>
      {icon}
      <div className={classes.words}>
        {title !== undefined && <p className={classes.title}>{title}</p>}
        {children}
      </div>
    </div>
  );
}
