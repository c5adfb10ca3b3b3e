// A browser's profile is put back from a backup while the sensor goes on with its channel.

import type { Bytes } from '@vitalseal/protocol';
import { expect, test } from 'vitest';
import { SecureElement } from '../secure-element.ts';
import type { Change, ElementStorage } from '../storage/element-storage.ts';
import { CertifiedWorld } from '../testing/certified-world.ts';
import { patientIdentity, sensorIdentity } from '../testing/element-in-service.ts';
import { InitiatingSensor } from '../testing/initiating-sensor.ts';

let at = Date.UTC(2026, 0, 2);
const now = () => at;
const localKey = new Uint8Array(32).fill(3);

function storageOf(values: Map<string, Bytes>): ElementStorage {
  return {
    read: (name) => values.get(name),
    list: (prefix) => [...values.keys()].filter((name) => name.startsWith(prefix)).sort(),
    commit(changes: readonly Change[]) {
      for (const { name, value } of changes) {
        if (value === null) values.delete(name);
        else values.set(name, value);
      }
    },
    close() {},
  };
}

test('a store that was put back acknowledges to a sensor under no counter twice, and is heard', async () => {
  const values = new Map<string, Bytes>();
  const open = (copy: Map<string, Bytes>) =>
    SecureElement.open({ storage: storageOf(copy), localKey, settings: { resumes: false } });
  let element = await open(values);
  const world = await CertifiedWorld.make(at);
  const chain = await world.certify(await element.generateKey(patientIdentity), patientIdentity);
  await element.installCertificates({ chain, anchors: [world.root], at });
  await element.bond({ sensors: [sensorIdentity] });
  const party = await world.party(sensorIdentity);
  const sensor = new InitiatingSensor({ party, root: world.root, patient: patientIdentity, now });
  await sensor.shakeHands((body) => element.answerSensorHandshake(body, at));
  const counters: number[] = [];
  const measure = async () => {
    at += 1000;
    const answer = await element.takeSensorRecords([await sensor.seal(60)], { utcMs: at, offsetMinutes: 60 });
    const { sequences } = await sensor.open(answer);
    counters.push(...sequences);
  };
  await measure();
  const backup = new Map(values);
  for (let i = 0; i < 3; i++) await measure();
  element = await open(backup);
  const again = new Map(backup);
  for (let i = 0; i < 3; i++) await measure();
  element = await open(again);
  await measure();
  expect(counters).toHaveLength(8);
  expect(sensor.repeatedCounters).toBe(0);
  // A sensor takes no acknowledgement that is older than what it has.
  expect(counters).toEqual([...new Set(counters)].sort((a, b) => a - b));
});
