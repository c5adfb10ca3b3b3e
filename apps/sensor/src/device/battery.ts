// The battery as the system has it: a file with a number, as those of Linux under /sys/class/power_supply.

import { readFile } from 'node:fs/promises';

/** @returns percent; undefined where the file cannot be read, or has something else in it */
export async function batteryLevel(path: string): Promise<number | undefined> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    return /^(100|[0-9]{1,2})$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}
