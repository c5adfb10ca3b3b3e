// A question in front of the page: the browser's own modal dialog, which keeps the focus inside, makes what is behind it
// inert, and closes by "Escape" and by the phone's own "back".
import { type ReactNode, useEffect, useId, useRef } from 'react';
import classes from './question.module.css';

interface QuestionProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Question({ title, onClose, children }: QuestionProps) {
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
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}
