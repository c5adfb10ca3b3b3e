export * from './cbor/index.ts';
export {
  formatIdentity,
  type Identity,
  isStaffRole,
  parseIdentity,
  type Role,
  roles,
  type StaffRole,
  sameIdentity,
  staffRoles,
} from './identity.ts';
export type { Location } from './location.ts';
export { mdc, mdcUnit, saidCodes } from './mdc.ts';
export {
  type Decimal,
  decimal,
  decimalToNumber,
  type Measurement,
  type SpecialValue,
  specialValues,
} from './measurement.ts';
export { decodeReading, encodeReading, type Origin, originKey, type Reading } from './reading.ts';
export {
  type OpenSource,
  type ReadingSource,
  readingSources,
  type StandardProfile,
  sourceOf,
  standardProfiles,
  type UnsealedSensor,
} from './reading-source.ts';
export type { Timestamp } from './time.ts';
