import { describe } from 'vitest';
import { holdsCodec } from '../wire/codec.fixture.ts';
import { anyNotice } from './alarm.fixture.ts';
import { decodeAlarmNotice, encodeAlarmNotice } from './alarm-notice.ts';

describe('an alarm notice', () => {
  holdsCodec(anyNotice, { encode: encodeAlarmNotice, decode: decodeAlarmNotice }, 41);
});
