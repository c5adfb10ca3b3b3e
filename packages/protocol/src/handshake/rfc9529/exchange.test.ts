// RFC 9529 chapters 2 and 3 through both roles: each message, and the keys that the session gives, byte for byte.

import { describe, expect, it } from 'vitest';
import { noBytes } from '../../bytes.ts';
import { errorMessageFor } from '../error-message.ts';
import { initiate } from '../initiator.ts';
import { respond } from '../responder.ts';
import { exportUnderAnyLabel, keyUpdate } from '../session.ts';
import { chapter2Profiles, chapter3Profiles } from './trace-profiles.ts';
import { chapter2, chapter3 } from './traces.ts';

const chapters = [
  { name: 'chapter 2', chapter: chapter2, message1: 'message_1', profiles: chapter2Profiles },
  { name: 'chapter 3', chapter: chapter3, message1: 'message_1 (second time)', profiles: chapter3Profiles },
];

describe.each(chapters)('the trace of RFC 9529 $name', ({ chapter, message1, profiles }) => {
  async function run() {
    const { initiator: initiatorProfile, responder: responderProfile } = await profiles();
    const initiator = await initiate(initiatorProfile);
    const responder = await respond(responderProfile, initiator.message1);
    const confirming = await initiator.receiveMessage2(responder.message2);
    const { message4, result } = await responder.receiveMessage3(confirming.message3);
    const sessions = [(await confirming.receiveMessage4(message4)).session, result.session];
    const messages = [initiator.message1, responder.message2, confirming.message3, message4];
    return { messages, sessions };
  }

  it('gives its four messages', async () => {
    const { messages } = await run();
    expect(messages).toEqual([
      chapter.value(message1, 'message_1 (CBOR'),
      chapter.value('message_2', 'message_2 (CBOR'),
      chapter.value('message_3', 'message_3 (CBOR'),
      chapter.value('message_4', 'message_4 (CBOR'),
    ]);
  });

  it('gives its OSCORE secrets to both sides, before and after a key update', async () => {
    const section = 'Key Update';
    for (const session of (await run()).sessions) {
      const secret = chapter.value('OSCORE Parameters', 'OSCORE Master Secret (Raw');
      expect(await exportUnderAnyLabel(session, 0, noBytes, 16)).toEqual(secret);
      const salt = chapter.value('OSCORE Parameters', 'OSCORE Master Salt (Raw');
      expect(await exportUnderAnyLabel(session, 1, noBytes, 8)).toEqual(salt);
      const updated = await keyUpdate(session, chapter.value(section, 'context for KeyUpdate (Raw'));
      const nextSecret = chapter.value(section, 'OSCORE Master Secret after');
      expect(await exportUnderAnyLabel(updated, 0, noBytes, 16)).toEqual(nextSecret);
      const nextSalt = chapter.value(section, 'OSCORE Master Salt after');
      expect(await exportUnderAnyLabel(updated, 1, noBytes, 8)).toEqual(nextSalt);
    }
  });
});

it('the suite negotiation of chapter 3 ends with its error message', async () => {
  const { responder } = await chapter3Profiles();
  const refused = respond(responder, chapter3.value('message_1 (first time)', 'message_1 (CBOR'));
  const error: unknown = await refused.catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'cipher-suite-unsupported' });
  expect(errorMessageFor(error, [2])).toEqual(chapter3.value('error', 'error (CBOR'));
});
