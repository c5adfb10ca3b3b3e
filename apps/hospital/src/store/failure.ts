/** Whether a failed statement says that the database is in trouble or that it refuses this one value. */
import pg from 'pg';

/** SQLSTATE classes that speak of the data: 22 data exception, 23 integrity constraint violation. */
const dataClasses = ['22', '23'];
/** SQLite primary result codes that speak of the data: TOOBIG, CONSTRAINT, MISMATCH, RANGE. */
const dataResults = [18, 19, 20, 25];

export function refusesTheValue(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return dataClasses.includes(error.code?.slice(0, 2) ?? '');
  if (error instanceof Error && 'errcode' in error && typeof error.errcode === 'number') {
    return dataResults.includes(error.errcode & 0xff);
  }
  // Node refuses to bind what SQLite has no type for, and integers that do not fit.
  return error instanceof Error && 'code' in error && /^ERR_(INVALID_ARG|OUT_OF_RANGE)/.test(String(error.code));
}
