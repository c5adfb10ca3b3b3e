// Where the hospital is. Looking its name up is the phone's errand, which needs no trust: TLS inside the card takes
// nobody's word for who answers there.

import { lookup } from 'node:dns/promises';
import { PatientError } from '../errors.ts';

export interface HospitalName {
  /** As its server's certificate carries it. */
  readonly name: string;
  readonly port: number;
}

export interface HospitalAddress extends HospitalName {
  /** IPv4 or IPv6: 4 or 16 bytes. */
  readonly address: Uint8Array<ArrayBuffer>;
  /** The same as text. */
  readonly text: string;
}

const httpsPort = 443;

/** @throws PatientError `patient-option-invalid` */
export function hospitalName(url: string): HospitalName {
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw new PatientError('patient-option-invalid', 'expected the hospital as https://host:port');
  }
  const { hostname, port } = new URL(url);
  return { name: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? httpsPort : Number(port) };
}

/** @throws PatientError `hospital-unreachable` */
export async function lookUp({ name, port }: HospitalName): Promise<HospitalAddress> {
  try {
    const { address, family } = await lookup(name);
    return { name, port, text: address, address: family === 6 ? ipv6Bytes(address) : ipv4Bytes(address) };
  } catch (cause) {
    throw new PatientError('hospital-unreachable', "expected a name that can be looked up as the hospital's", {
      cause,
    });
  }
}

function ipv4Bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.split('.'), Number);
}

/** A zone (fe80::1%eth0) is not for the card. */
function ipv6Bytes(text: string): Uint8Array<ArrayBuffer> {
  const [plain = ''] = text.split('%');
  const [head = '', tail] = plain.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').flatMap(groupBytes));
  const before = groups(head);
  const after = groups(tail ?? '');
  return Uint8Array.from([...before, ...new Array<number>(16 - before.length - after.length).fill(0), ...after]);
}

/** Four hexadecimal digits; or, last of all, the four numbers of an IPv4 address. */
function groupBytes(group: string): number[] {
  if (group.includes('.')) return [...ipv4Bytes(group)];
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
