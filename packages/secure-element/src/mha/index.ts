// The MHA as an application of the card.

export type { HospitalAddress } from './bodies/hospital-address.ts';
export { CardClock, type CardClockOptions } from './clock/card-clock.ts';
export { toolkitClock } from './clock/toolkit-clock.ts';
export { defaultMhaSettings, Mha, type MhaOptions, type MhaSettings, type OpenCarrier } from './mha.ts';
export { MhaApplet, type MhaAppletOptions } from './mha-applet.ts';
export { PageCarrier } from './page/page-carrier.ts';
export { CardPlace, type CardPlaceOptions } from './place/card-place.ts';
export type { LostReports, Report } from './reports/report.ts';
export { ReportQueue } from './reports/report-queue.ts';
