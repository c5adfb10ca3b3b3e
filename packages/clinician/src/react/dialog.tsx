// A question in front of the page: the browser's own modal dialog, which keeps the focus inside, makes what is behind it
// inert, and needs no style element.
import { type ReactNode, useEffect, useId, useRef } from 'react';
import classes from './dialog.module.css';

interface DialogProps {
  readonly title: string;
  /** 'grave' where something is about to happen that others will be told of, or that cannot be undone. */
  readonly tone?: 'plain' | 'grave';
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Dialog({ title, tone = 'plain', onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={classes.dialog}
      data-tone={tone}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={heading} className={classes.title}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}

/** The answers of a dialog, at its foot. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className={classes.actions}>{children}</div>;
}
