// One section of the office: its title, what can be begun there, what went wrong, and its content.
import { Failure } from '@vitalseal/clinician/react';
import type { ReactNode } from 'react';
import classes from './section.module.css';

interface SectionProps {
  readonly title: string;
  readonly text?: ReactNode;
  readonly action?: ReactNode;
  /** Codes of what could not be read or done. */
  readonly unread?: string | undefined;
  readonly undone?: string | undefined;
  readonly children: ReactNode;
}

export function Section({ title, text, action, unread, undone, children }: SectionProps) {
  return (
    <section aria-label={title}>
      <header className={classes.head}>
        <div>
          <h1 className={classes.title}>{title}</h1>
          {text !== undefined && <p className={classes.text}>{text}</p>}
        </div>
        {action}
      </header>
      {unread !== undefined && (
        <div className={classes.failure}>
          <Failure title="Not read." code={unread} />
        </div>
      )}
      {undone !== undefined && (
        <div className={classes.failure}>
          <Failure title="Not done." code={undone} />
        </div>
      )}
      {children}
    </section>
  );
}

/** Nothing to show, and how one knows: not answered yet, or none there. */
export function Empty({ asked, text }: { readonly asked: boolean; readonly text: string }) {
  return (
    <p className={classes.empty} role="status">
      {asked ? text : 'Asking the hospital.'}
    </p>
  );
}
