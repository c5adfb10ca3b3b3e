// Numbers that the Bluetooth SIG has assigned, as the 128-bit text that the GATT interfaces use.

const base = '-0000-1000-8000-00805f9b34fb';

/** @param number of 16 bits */
export function assignedUuid(number: number): string {
  return `0000${number.toString(16).padStart(4, '0')}${base}`;
}

/** @param uuid 128 bits as text, or an assigned number as 4 hexadecimal digits. @returns the former, in lower case */
export function fullUuid(uuid: string): string {
  const text = uuid.toLowerCase();
  return /^[0-9a-f]{4}$/.test(text) ? `0000${text}${base}` : text;
}
