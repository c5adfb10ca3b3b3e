// What only Node can do: a store in a file, the key beside it, and enrolment over HTTPS.

export { enrolDevice } from './enrolment/enrol-device.ts';
export type { CardOptions, SoftwareCard } from './software-card/card-parts.ts';
export { openSoftwareCard, type SoftwareCardOptions } from './software-card/open-software-card.ts';
export { localKeyFile } from './storage/key-file.ts';
export { type SqliteStorageOptions, sqliteStorage } from './storage/sqlite-storage.ts';
