// A bearer description: TS 102 223 section 8.52, its parameters as TS 31.111 section 8.52 has them.

import { join } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';
import { bearerTypes } from './data-objects.ts';

export type BearerDescription =
  | { readonly bearer: 'default' }
  | {
      readonly bearer: 'circuit-switched';
      readonly dataRate: number;
      readonly bearerService: number;
      readonly connectionElement: number;
    }
  | {
      readonly bearer: 'packet';
      readonly precedence: number;
      readonly delay: number;
      readonly reliability: number;
      readonly peakThroughput: number;
      readonly meanThroughput: number;
      /** 2: IP. */
      readonly packetDataProtocol: number;
    }
  | { readonly bearer: number; readonly parameters: Bytes };

/** @throws UiccError `toolkit-malformed` for none; one of another length than its type has is told by its number */
export function decodeBearerDescription(value: Uint8Array): BearerDescription {
  const [type, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = value;
  if (type === undefined) throw new UiccError('toolkit-malformed', 'expected a bearer description');
  if (type === bearerTypes.default && value.length === 1) return { bearer: 'default' };
  if (type === bearerTypes.circuitSwitched && value.length === 4) {
    return { bearer: 'circuit-switched', dataRate: a, bearerService: b, connectionElement: c };
  }
  if (type === bearerTypes.packet && value.length === 7) {
    return {
      bearer: 'packet',
      precedence: a,
      delay: b,
      reliability: c,
      peakThroughput: d,
      meanThroughput: e,
      packetDataProtocol: f,
    };
  }
  return { bearer: type, parameters: value.slice(1) };
}

export function encodeBearerDescription(description: BearerDescription): Bytes {
  switch (description.bearer) {
    case 'default':
      return join(bearerTypes.default);
    case 'circuit-switched':
      return join(
        bearerTypes.circuitSwitched,
        description.dataRate,
        description.bearerService,
        description.connectionElement,
      );
    case 'packet':
      return join(
        bearerTypes.packet,
        description.precedence,
        description.delay,
        description.reliability,
        description.peakThroughput,
        description.meanThroughput,
        description.packetDataProtocol,
      );
    default:
      return join(description.bearer, description.parameters);
  }
}
