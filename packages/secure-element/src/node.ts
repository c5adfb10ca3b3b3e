// What only Node can do: a store in a file, and the key beside it.

export { localKeyFile } from './storage/key-file.ts';
export { type SqliteStorageOptions, sqliteStorage } from './storage/sqlite-storage.ts';
