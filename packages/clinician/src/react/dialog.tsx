// A question as the pages of staff ask it.
import type { ReactNode } from 'react';
import classes from './dialog.module.css';
import { ModalDialog } from './modal-dialog.tsx';

interface DialogProps {
  readonly title: string;
  /** 'grave' where something is about to happen that others will be told of, or that cannot be undone. */
  readonly tone?: 'plain' | 'grave';
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Dialog({ tone = 'plain', ...rest }: DialogProps) {
  return <ModalDialog {...rest} tone={tone} className={classes.dialog} titleClassName={classes.title} />;
}

/** The answers of a dialog, at its foot. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className={classes.actions}>{children}</div>;
}
