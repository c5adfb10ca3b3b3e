// What may go wrong between card and hospital, and what a hostile hospital, network or phone may send.

import { noBytes } from '@vitalseal/protocol';
import { issuerSecurityDomainAid, mhaAid, statusWords } from '@vitalseal/uicc';
import {
  administrationHeaders,
  commandScriptMediaType,
  encodeCommandScript,
  getData,
  getDataTags,
  putKey,
  setStatus,
} from '@vitalseal/uicc/global-platform';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { CertifiedWorld } from '../testing/certified-world.ts';
import {
  type AdministeredCard,
  administeredCard,
  administrationId,
  hospitalWithCode,
  inCare,
  laterKey,
  type Scene,
} from './administered-card.fixture.ts';
import { AdministeringHospital, type Mishap } from './administering-hospital.fixture.ts';
import type { CarriedAdministration } from './administration-carrier.ts';
import { administrationSession } from './administration-session.ts';
import { domainInstructions } from './domain-instructions.ts';
import { ScriptRunner } from './script-runner.ts';

const seed = 20260115;
const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close();
});

async function scene(): Promise<Scene & { card: AdministeredCard }> {
  const made = await hospitalWithCode();
  const card = await administeredCard();
  closing.push(card, made.hospital);
  return { ...made, card };
}

const waitsWith = (card: AdministeredCard) => {
  const { state } = card.administration;
  return state.state === 'waiting' ? state.code : undefined;
};

describe('a session that is cut', () => {
  const before: Mishap = 'cut-before';
  const after: Mishap = 'cut-after';
  test.for([
    ['before its first request is read', [before]],
    ['after its first request', [after]],
    ['before the answer to a script is read', [undefined, before]],
    ['after the answer to the script that replaced the key', [undefined, after]],
    ['twice', [undefined, after, after]],
    ['at every other request', [before, undefined, after, undefined, before, undefined, after]],
  ] as const)('%s goes on from there, and nothing is done twice', async ([, mishaps]) => {
    const { card, hospital, codeText } = await scene();
    hospital.mishaps = [...mishaps];
    hospital.keys.set(`${administrationId}/${0x41}`, laterKey);
    hospital.send({ commands: [putKey({ replaces: 0x40, version: 0x41, key: laterKey })] });
    hospital.send({ commands: [setStatus('lock'), getData(getDataTags.status)] });
    await card.activate(codeText);
    await card.until(() => hospital.answered.length === 2 && card.administration.state.state === 'idle');
    const statuses = hospital.answered.flatMap(({ responses }) => responses.map(({ status }) => status));
    expect(statuses).toEqual([0x9000, 0x9000, 0x9000]);
    expect(card.domain.state).toMatchObject({ commands: 3, scripts: 2, keyVersion: 0x41, locked: true });
    // An answer that was lost comes once more, in the same session or, as resumed, in the next.
    expect(hospital.repeated).toBeLessThanOrEqual(mishaps.slice(1).filter((mishap) => mishap === after).length);
  });

  test('by a reset of the card goes on when the phone is there again', async () => {
    const made = await scene();
    const { card, hospital, codeText } = made;
    inCare(made);
    // The first cut on a kept link is made good by sending once more.
    hospital.mishaps = [undefined, ...new Array<Mishap>(500).fill('cut-before')];
    await card.activate(codeText);
    await card.until(() => waitsWith(card) !== undefined);
    expect(card.domain.state.commands).toBe(1);
    await card.terminal.reset();
    hospital.mishaps = [];
    await card.terminal.boot();
    await card.send(domainInstructions.putAddress, Uint8Array.of(127, 0, 0, 1));
    await card.until(() => hospital.answered.length === 1 && card.administration.state.state === 'idle');
    expect(card.domain.state).toMatchObject({ commands: 1, scripts: 1 });
    expect(hospital.requests.map((headers) => headers['x-admin-resume']).slice(0, 2)).toEqual([undefined, 'true']);
  });

  test('whose script the hospital has forgotten begins anew', async () => {
    const made = await scene();
    const { card, hospital, codeText } = made;
    inCare(made);
    hospital.mishaps = [undefined, 'cut-before'];
    await card.activate(codeText);
    hospital.lie = undefined;
    await card.until(() => card.domain.state.commands === 1);
    hospital.lie = { status: 404, headers: {}, body: noBytes };
    await card.until(() => waitsWith(card) === 'hospital-refused');
    hospital.lie = { status: 204, headers: {}, body: noBytes };
    await card.until(() => card.administration.state.state === 'idle');
    expect(hospital.requests.at(-1)?.['x-admin-script-status']).toBeUndefined();
  });
});

describe('who has not the key', () => {
  test('a server under another key learns nothing and does nothing', async () => {
    const { card, hospital, codeText } = await scene();
    hospital.keys.set(`${administrationId}/${0x40}`, laterKey);
    hospital.send({ commands: [setStatus('lock')] });
    await card.activate(codeText);
    await card.until(() => waitsWith(card) !== undefined);
    expect(hospital.requests).toEqual([]);
    expect(card.domain.state.locked).toBe(false);
  });

  test('a server with a certificate alone, of the right authority and name, is sent nothing', async () => {
    const { card, codeText, code } = await scene();
    const other = await AdministeringHospital.listen(await CertifiedWorld.make(Date.now()), { underKeys: false });
    closing.push(other);
    const { encodeActivationCode } = await import('@vitalseal/uicc/global-platform');
    expect(codeText).not.toBe('');
    await card.activate(encodeActivationCode({ ...code, port: other.port }));
    await card.until(() => waitsWith(card) === 'hospital-untrusted' || waitsWith(card) === 'hospital-unreachable');
    expect(other.requests).toEqual([]);
  });

  test('the key of the activation code opens nothing more once it has been replaced', async () => {
    const { card, hospital, codeText } = await scene();
    hospital.keys.set(`${administrationId}/${0x41}`, laterKey);
    hospital.send({ commands: [putKey({ replaces: 0x40, version: 0x41, key: laterKey })] });
    await card.activate(codeText);
    await card.until(() => hospital.answered.length === 1 && card.administration.state.state === 'idle');
    hospital.keys.delete(`${administrationId}/${0x41}`);
    await card.send(domainInstructions.administer);
    await card.until(() => waitsWith(card) !== undefined);
    expect(hospital.identities.at(-1)).toMatch(/830141$/);
  });
});

describe('a hospital that lies', () => {
  const script = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): CarriedAdministration => ({
    status: 200,
    headers: { 'content-type': commandScriptMediaType, ...headers },
    body,
  });
  const next = { [administrationHeaders.nextUri.toLowerCase()]: '/card-administration/1' };
  const good = encodeCommandScript([Uint8Array.of(0x80, 0xca, 0xbf, 0x30, 0)]);
  const refused: [string, CarriedAdministration, string][] = [
    ['another media type', { ...script(good), headers: { 'content-type': 'text/html' } }, 'answer-malformed'],
    ['no media type', { ...script(good), headers: {} }, 'answer-malformed'],
    ['a path of another place', script(good, { 'x-admin-next-uri': 'https://elsewhere/' }), 'answer-malformed'],
    ['a path with a line break', script(good, { 'x-admin-next-uri': '/a\r\nb' }), 'answer-malformed'],
    ['no application', script(good, { 'x-admin-targeted-application': '//aid/A0/' }), 'answer-malformed'],
    ['a script of 70,000 bytes', script(new Uint8Array(70_000), next), 'answer-malformed'],
    ['another status', { ...script(good), status: 302 }, 'hospital-refused'],
    ['too much to do', { ...script(good), status: 503 }, 'hospital-busy'],
  ];

  async function sessionWith(card: AdministeredCard, answers: CarriedAdministration[]) {
    const { domain } = card;
    await domain.change({ administrationId, card: 'secured' });
    const posts: { path: string; headers: Readonly<Record<string, string>>; body: Uint8Array<ArrayBuffer> }[] = [];
    const end: CarriedAdministration = { status: 204, headers: {}, body: noBytes };
    const connection = {
      post: async (post: (typeof posts)[number]) => {
        posts.push(post);
        return answers.shift() ?? end;
      },
      close() {},
    };
    const { signal } = new AbortController();
    const { DomainCommands } = await import('./domain-commands.ts');
    const runner = new ScriptRunner(domain, [new DomainCommands(domain, () => false)]);
    const session = administrationSession({ domain, runner, connection, signal, during: (work) => work });
    return { session, posts };
  }

  test.for(refused)('with %s is refused', async ([, answer, code]) => {
    const card = await administeredCard();
    closing.push(card);
    const { session } = await sessionWith(card, [answer]);
    await expect(session).rejects.toMatchObject({ code });
    expect(card.domain.state.commands).toBe(0);
  });

  test('that has too much to do is asked again no sooner than it says', async () => {
    const card = await administeredCard();
    closing.push(card);
    const { session } = await sessionWith(card, [{ ...script(good), status: 429, headers: { 'retry-after': '7' } }]);
    await expect(session).rejects.toMatchObject({ code: 'hospital-busy', retryAfterMs: 7000 });
  });

  test('with bytes that are no script is told so, and nothing is done', async () => {
    const card = await administeredCard();
    closing.push(card);
    const { session, posts } = await sessionWith(card, [script(Uint8Array.of(0xae, 0x80, 0x21, 0), next)]);
    await session;
    expect([...(posts[1]?.body ?? [])]).toEqual([0xaf, 0x80, 0x90, 0x01, 0x01, 0, 0]);
  });

  test('without an end is left', async () => {
    const card = await administeredCard();
    closing.push(card);
    const endless = Array.from({ length: 200 }, (_, at) => script(good, { 'x-admin-next-uri': `/s/${at}` }));
    const { session, posts } = await sessionWith(card, endless);
    await expect(session).rejects.toMatchObject({ code: 'hospital-refused' });
    expect(posts.length).toBeLessThan(100);
  });

  test('sending one script again and again has it done once', async () => {
    const card = await administeredCard();
    closing.push(card);
    const lock = encodeCommandScript([Uint8Array.of(0x80, 0xca, 0xbf, 0x30, 0)]);
    const { session, posts } = await sessionWith(card, [script(lock, next), script(lock, next), script(lock, next)]);
    await session;
    expect(card.domain.state.commands).toBe(1);
    expect(posts.slice(1).every(({ body }) => Buffer.from(body).equals(posts[1]?.body ?? noBytes))).toBe(true);
  });

  test('any bytes as scripts, for any application, end in status words and leave the card whole', async () => {
    const card = await administeredCard();
    closing.push(card);
    const apdu = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(
          fc.constantFrom(0x00, 0x80, 0x01, 0x84, 0xff),
          fc.constantFrom(0xd8, 0xe2, 0xf0, 0xca, 0x47, 0x2c, 0xe6, 0xe8, 0xa4),
          fc.nat(255),
          fc.nat(255),
          fc.uint8Array({ minLength: 1, maxLength: 60 }),
        )
        .map(([cla, ins, p1, p2, data]) => Uint8Array.of(cla, ins, p1, p2, data.length, ...data)),
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => new Uint8Array(bytes)),
      fc
        .array(apdu, { minLength: 1, maxLength: 4 })
        .map((all) => encodeCommandScript(all.map((one) => new Uint8Array(one)))),
    );
    let number = 0;
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(issuerSecurityDomainAid, mhaAid), async (bytes, aid) => {
        number += 1;
        const headers = {
          'x-admin-next-uri': `/n/${number}`,
          'x-admin-targeted-application': `//aid/${Buffer.from(aid.slice(0, 5)).toString('hex')}/${Buffer.from(aid.slice(5)).toString('hex')}`,
        };
        const { session, posts } = await sessionWith(card, [script(bytes, headers)]);
        await session;
        expect(posts).toHaveLength(2);
      }),
      { seed, numRuns: 300 },
    );
    expect(card.domain.state).toMatchObject({ card: 'secured', locked: false, keyVersion: 0x40 });
  });
});

describe('a hostile phone', () => {
  test('cannot lock, terminate, give keys or data: those come by script alone', async () => {
    const card = await administeredCard();
    closing.push(card);
    for (const ins of [0xd8, 0xe2, 0xf0, 0xe6, 0xe8, 0x47]) {
      const { status } = await card.send(ins, Uint8Array.of(1));
      expect(status).toBe(statusWords.instructionNotSupported);
    }
    expect((await card.send(domainInstructions.administer)).status).toBe(statusWords.conditionsNotSatisfied);
    expect((await card.send(domainInstructions.putAddress, Uint8Array.of(127, 0, 0, 1))).status).toBe(
      statusWords.conditionsNotSatisfied,
    );
    expect((await card.send(0xca, noBytes, getDataTags.status)).status).toBe(statusWords.referenceNotFound);
  });

  test('may send the security domain anything: a status word comes back', async () => {
    const card = await administeredCard();
    closing.push(card);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(255),
        fc.nat(0xffff),
        fc.uint8Array({ maxLength: 255 }),
        async (ins, parameters, data) => {
          if ([0x10, 0x12, 0x14, 0xc2, 0xf2, 0x70, 0xa4].includes(ins)) return;
          const { status } = await card.send(ins, new Uint8Array(data), parameters);
          expect(status).not.toBe(statusWords.unknownError);
        },
      ),
      { seed, numRuns: 300 },
    );
    expect(card.domain.state.administrationId).toBeUndefined();
  });
});
