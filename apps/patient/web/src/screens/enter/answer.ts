// What a question of this screen is given, and what it gives back.
import type { Measurement } from '@vitalseal/protocol';

/** What was answered, ready to be looked at once more. */
export interface Answer {
  readonly measurements: readonly Measurement[];
  readonly unusual: boolean;
  readonly note?: string | undefined;
  /** Somebody does not wake. */
  readonly callNow?: boolean;
}

export interface QuestionProps {
  readonly onAnswer: (answer: Answer) => void;
  readonly onBack: () => void;
}
