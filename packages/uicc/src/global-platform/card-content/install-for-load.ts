// INSTALL [for load] (Card Specification section 11.5.2.3.1): what is going to be loaded.

import type { CommandApdu } from '../../apdu/command.ts';
import { instructions } from '../../apdu/instructions.ts';
import { issuerSecurityDomainAid, mhaAid } from '../../applications.ts';
import { join, octets, sameBytes } from '../../bytes.ts';
import type { Bytes } from '../../card.ts';
import { decodeTlv, encodeTlv } from '../../tlv/index.ts';
import { malformed, numberField } from '../administration-fields.ts';

export interface InstallForLoad {
  /** SHA-256 of the load file data block. */
  readonly hash: Bytes;
  /** The hospital's time, UTC ms: certificates are judged by it. */
  readonly at: number;
}

const forLoad = 0x02;
const systemParameters = 0xef;
const timeTag = 0x80;
const hashOctets = 32;

export function installForLoad({ hash, at }: InstallForLoad): CommandApdu {
  const parameters = encodeTlv(systemParameters, encodeTlv(timeTag, octets(at, 8)));
  const fields = [mhaAid, issuerSecurityDomainAid, hash, parameters, new Uint8Array(0)];
  const data = join(...fields.flatMap((value) => [value.length, value]));
  return { cla: 0x80, ins: instructions.install, p1: forLoad, p2: 0, data, le: 256 };
}

/** @throws UiccError `administration-malformed`, `tlv-malformed` */
export function readInstallForLoad({ p1, p2, data }: CommandApdu): InstallForLoad {
  const [loadFile, domain, hash, parameters, token, ...rest] = lengthValues(data);
  if (p1 !== forLoad || p2 !== 0 || !loadFile || !domain || !hash || !parameters || !token || rest.length > 0) {
    throw malformed('expected to be told what is to be loaded');
  }
  const known = sameBytes(loadFile, mhaAid) && sameBytes(domain, issuerSecurityDomainAid) && token.length === 0;
  if (!known || hash.length !== hashOctets) throw malformed('expected an image of the MHA, and its hash');
  const system = decodeTlv(parameters);
  const time = decodeTlv(system.value);
  if (system.tag !== systemParameters || time.tag !== timeTag) throw malformed('expected the time of the loading');
  return { hash, at: numberField(time.value, 8) };
}

function lengthValues(data: Bytes): Bytes[] {
  const values: Bytes[] = [];
  for (let at = 0; at < data.length; ) {
    const length = data[at] ?? 0;
    const value = data.slice(at + 1, at + 1 + length);
    if (value.length !== length || values.length > 5) throw malformed('expected fields, each after its length');
    values.push(value);
    at += 1 + length;
  }
  return values;
}
