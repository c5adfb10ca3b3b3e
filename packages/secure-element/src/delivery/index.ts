// Step 2's delivery inside the card.

export type { HospitalRelease, HospitalReleasePolicy } from '../hospital-hop/hospital-release.ts';
export { type DeliveringElement, Delivery, type DeliveryOptions, type Moment } from './delivery.ts';
export type { DeliveryReport, DeliveryState } from './delivery-report.ts';
export type { CarriedAnswer, HospitalCarrier } from './hospital-carrier.ts';
