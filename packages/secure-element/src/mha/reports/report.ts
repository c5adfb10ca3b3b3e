// What the delivery has to say to the phone: which readings the hospital confirmed or refused, and how the carrying
// goes. Nothing that was measured is in it.

import type { DeliveryReport } from '../../delivery/delivery-report.ts';

/** The phone did not fetch them in time. The readings themselves are where they were: only the telling is lost. */
export interface LostReports {
  readonly kind: 'lost';
  readonly reports: number;
}

export type Report = DeliveryReport | LostReports;
