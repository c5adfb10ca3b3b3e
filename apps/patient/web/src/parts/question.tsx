// A question as the patient's app asks it.
import { ModalDialog } from '@vitalseal/clinician/modal-dialog';
import type { ReactNode } from 'react';
import classes from './question.module.css';

interface QuestionProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Question(question: QuestionProps) {
  return <ModalDialog {...question} className={classes.dialog} />;
}
