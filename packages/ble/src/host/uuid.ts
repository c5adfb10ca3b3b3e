// UUIDs of the Bluetooth SIG are short on the air (Bluetooth Core, volume 3 part B 2.5.1).

const base = /^0000([0-9a-f]{4})-0000-1000-8000-00805f9b34fb$/;

/** @returns the 16 bits of a UUID of the SIG, the text of any other */
export function shortUuid(uuid: string): string | number {
  const short = base.exec(uuid.toLowerCase())?.[1];
  return short === undefined ? uuid : Number.parseInt(short, 16);
}
