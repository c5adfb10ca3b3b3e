/** What a commit has changed, for the people who look on. Told only after the commit. */
import type { Alarm, News2 } from '@vitalseal/clinical';
import type { Reading } from '@vitalseal/protocol';
import type { DispatchRow } from '../store/dispatches.ts';

export type WardEvent =
  | {
      readonly type: 'reading';
      readonly patient: number;
      readonly reading: Reading;
      readonly news2: News2;
      readonly at: number;
    }
  /** Somebody's outbox has something new. */
  | { readonly type: 'delivery'; readonly recipients: readonly string[] }
  | {
      readonly type: 'alarm';
      readonly patient: number;
      readonly alarm: Alarm;
      readonly by: string | null;
      readonly at: number;
    }
  | { readonly type: 'dispatch'; readonly dispatch: DispatchRow }
  /** Admitted, moved, or under another policy. */
  | { readonly type: 'patient'; readonly patient: number }
  /** Discharged. */
  | { readonly type: 'departure'; readonly patient: number }
  /** Other crews are on call. */
  | { readonly type: 'rota' };
