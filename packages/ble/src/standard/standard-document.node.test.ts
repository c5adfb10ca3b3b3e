// docs/standard-sensors.md is held to the code: its examples, and the characteristics of its table.

import { readFileSync } from 'node:fs';
import { hexToBytes } from '@vitalseal/protocol';
import { describe, expect, it } from 'vitest';
import { decodeCharacteristic, standardDecoders } from './characteristics.ts';
import { fullUuid } from './uuid.ts';

const document = readFileSync(new URL('../../../../docs/standard-sensors.md', import.meta.url), 'utf8');
const examples = [...document.matchAll(/```json (\S+) (\S+)\n(.*?)```/gs)];

describe('docs/standard-sensors.md', () => {
  it.each(examples.map(([, uuid = '', hex = '', json = '']) => [uuid, hex, json]))(
    '%s %s is as it says',
    (uuid, hex, json) => {
      expect(decodeCharacteristic(uuid, hexToBytes(hex))).toEqual(JSON.parse(json));
    },
  );

  it('names every characteristic that is decoded, and no other', () => {
    const rows = [...document.matchAll(/^\| (2A\w\w(?:, 2A\w\w)*) \|/gm)].flatMap(([, uuids = '']) =>
      uuids.split(', '),
    );
    expect(rows.map(fullUuid).toSorted()).toEqual([...standardDecoders.keys()].toSorted());
    expect(examples.length).toBeGreaterThan(2);
  });
});
