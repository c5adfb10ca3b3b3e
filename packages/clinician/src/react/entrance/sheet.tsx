// The page before anything is known: one sheet with one thing to do.
import type { ReactNode } from 'react';
import classes from './sheet.module.css';

interface SheetProps {
  readonly title: string;
  readonly children: ReactNode;
}

export function Sheet({ title, children }: SheetProps) {
  return (
    <main className={classes.page}>
      <div className={classes.sheet}>
        <p className={classes.product}>Vitalseal</p>
        <h1 className={classes.title}>{title}</h1>
        {children}
      </div>
    </main>
  );
}
