// A question in front of the page: the browser's own modal dialog, which keeps the focus inside, makes what is behind it
// inert, closes by "Escape" and by a phone's own "back", and needs no style element.
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';

export interface ModalDialogProps {
  readonly title: string;
  /** What it looks like is its page's own. */
  readonly className: string | undefined;
  readonly titleClassName?: string | undefined;
  readonly tone?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function ModalDialog({ title, className, titleClassName, tone, onClose, children }: ModalDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Closed while it still stands in the page: only then does the browser give the focus back to what opened it.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={className}
      data-tone={tone}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={heading} className={titleClassName}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}
