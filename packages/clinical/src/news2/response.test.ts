import { expect, test } from 'vitest';
import { responseTo } from './response.ts';
import { scoreNews2 } from './score.ts';

const well = { respiration: 16, spo2: 98, oxygen: 0, systolic: 120, pulse: 70, consciousness: 0, temperature: 37 };

test.each([
  ['a score of 0', {}, 'at least every 12 hours', 'routine'],
  ['a score of 1', { pulse: 95 }, 'every 4 to 6 hours', 'registered nurse'],
  ['a score of 4 without a 3', { pulse: 115, spo2: 93 }, 'every 4 to 6 hours', 'registered nurse'],
  ['a single 3', { systolic: 88 }, 'every hour', 'urgent ward-based review'],
  ['a score of 5', { pulse: 115, spo2: 91 }, 'every hour', 'urgent review within the hour'],
  ['a score of 7', { pulse: 115, spo2: 91, respiration: 22 }, 'continuous', 'emergency'],
])('%s asks for what RCP asks', (_name, values, monitoring, response) => {
  const asked = responseTo(scoreNews2({ ...well, ...values }, { scale: 1 }));
  expect(asked.monitoring).toContain(monitoring);
  expect(asked.response).toContain(response);
});

test('nothing known asks for observations', () => {
  expect(responseTo(scoreNews2({}, { scale: 1 })).monitoring).toContain('full set of observations');
});
