// What only Node can do: a store in a file, the key beside it, and enrolment over HTTPS.

export { enrolDevice } from './enrolment/enrol-device.ts';
export { localKeyFile } from './storage/key-file.ts';
export { type SqliteStorageOptions, sqliteStorage } from './storage/sqlite-storage.ts';
