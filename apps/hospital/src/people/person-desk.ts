/**
 * What people ask of the hospital, each in one moment: of their session first, then whether it is theirs to ask, then the
 * deed. Answered under seal, naming what it answers. A refusal stands in the audit log.
 */
import {
  type Acknowledge,
  type BreakGlass,
  type Bytes,
  type DispatchState,
  type DispatchStateChange,
  type DoctorToHospital,
  encodeHospitalToDoctor,
  encodeHospitalToOffice,
  type HistoryRequest,
  type HospitalToDoctor,
  type HospitalToOffice,
  ProtocolError,
  type Receipt,
  type SessionToHospital,
} from '@vitalseal/protocol';
import { callChanged, historyRead, receiptAct, refusedAct } from '../audit/access-acts.ts';
import type { ChannelRegistry } from '../channels/channel-registry.ts';
import type { OpenChannel } from '../channels/open-channel.ts';
import { HospitalError } from '../errors.ts';
import type { Turnstile } from '../intake/turnstile.ts';
import { codeOf } from '../refusal.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { DispatchRow } from '../store/dispatches.ts';
import { commitMoment, type Moment, type MomentParts } from '../watch/moment.ts';
import { breakGlass } from './break-glass.ts';
import { type Answer, type Deed, done, notPermitted } from './deed.ts';
import { tellHistory } from './history.ts';
import type { PatientAct } from './least-authority.ts';
import type { LiveFeeds } from './live-feeds.ts';
import type { OfficeDesk } from './office-desk.ts';
import { isOfSession, type SessionDesk } from './session-desk.ts';
import { acceptOnce, openStep3Message, type Step3Message } from './step3-message.ts';

export interface PersonDeskOptions extends MomentParts {
  readonly registry: ChannelRegistry;
  readonly turnstile: Turnstile;
  readonly feeds: LiveFeeds;
  readonly sessions: Sessions;
  readonly sessionDesk: SessionDesk;
  readonly officeDesk: OfficeDesk;
  /** UTC ms, the machine's own clock. */
  readonly machineNow: () => number;
}

type WardMessage = Exclude<DoctorToHospital, SessionToHospital>;

/** What a crew may say next of a call. */
const nextStates: { readonly [state: string]: readonly DispatchState[] } = {
  offered: ['accepted'],
  accepted: ['en-route', 'on-scene', 'closed'],
  'en-route': ['on-scene', 'closed'],
  'on-scene': ['closed'],
};

export class PersonDesk {
  readonly #options: PersonDeskOptions;

  constructor(options: PersonDeskOptions) {
    this.#options = options;
  }

  /** @returns the sealed result @throws what leaves the record unanswered: no channel, no tag, a replay, no store */
  async answer(record: Bytes): Promise<Bytes> {
    const { registry, turnstile } = this.#options;
    const asked = await openStep3Message(registry, record);
    const deed = await turnstile.run(() => this.#act(asked));
    const answer = await this.#answerOf(asked, deed);
    const encoded =
      asked.of === 'office'
        ? encodeHospitalToOffice(answer as HospitalToOffice)
        : encodeHospitalToDoctor(answer as HospitalToDoctor);
    return (await asked.channel.sealer.seal(encoded)).bytes;
  }

  async #answerOf({ sequence }: Step3Message, deed: Deed | string): Promise<Answer> {
    const told =
      typeof deed === 'string' || deed.answerLater === undefined ? deed : await deedOf(later(deed.answerLater));
    if (typeof told === 'string') return { type: 'result', to: sequence, ok: false, code: told };
    return told.answer ?? { type: 'result', to: sequence, ok: true };
  }

  async #act(asked: Step3Message): Promise<Deed | string> {
    const { message, channel } = asked;
    const session = this.#options.sessions.ofChannel(channel);
    if (session === undefined) throw new ProtocolError('channel-unknown', 'expected a channel of an open session');
    const judged = message.type === 'assertion' ? await this.#judged(asked, session) : undefined;
    const outcome = await commitMoment(this.#options, async (moment) => {
      if (judged === undefined) await acceptOnce(moment, asked);
      // Whatever is refused here is refused before anything is changed, and its counter stays taken.
      const deed = judged?.refused ?? (await deedOf(() => this.#do(moment, session, asked)));
      if (typeof deed === 'string') this.#options.store.audit.append(moment.db, refusedAct(channel, message, deed));
      return deed;
    });
    if (typeof outcome !== 'string') await outcome.after?.();
    return outcome;
  }

  /** A passkey's word is judged before the moment, since its counter is written whatever else comes of it. */
  async #judged(asked: Step3Message, session: Session): Promise<{ readonly refused: string | undefined }> {
    const { sessionDesk } = this.#options;
    await commitMoment(this.#options, (moment) => acceptOnce(moment, asked));
    const { message } = asked;
    if (message.type !== 'assertion') return { refused: undefined };
    const judged = await deedOf(async () => {
      await sessionDesk.judge(session, message);
      return done;
    });
    return { refused: typeof judged === 'string' ? judged : undefined };
  }

  async #do(moment: Moment, session: Session, asked: Step3Message): Promise<Deed> {
    const { sessionDesk, officeDesk } = this.#options;
    const { channel, sequence, message } = asked;
    sessionDesk.expectHeard(session, message);
    if (message.type === 'assertion') return sessionDesk.proved(moment, session);
    if (message.type === 'remove-passkey' && officeDesk.mayRemovePasskeys(channel)) {
      sessionDesk.expectProved(session);
      return sessionDesk.removePasskey(moment, message.passkey, session.person);
    }
    if (isOfSession(message)) return sessionDesk.do(moment, session, sequence, message);
    if (message.type === 'subscribe') {
      throw new HospitalError('malformed-request', 'expected a subscription at the stream');
    }
    if (asked.of === 'ward') return this.#onWard(moment, channel, asked.message as WardMessage);
    return officeDesk.do(moment, session, channel, sequence, message as Parameters<OfficeDesk['do']>[4]);
  }

  async #onWard(moment: Moment, channel: OpenChannel, message: WardMessage): Promise<Deed> {
    switch (message.type) {
      case 'receipt':
        return this.#receipt(moment, channel, message);
      case 'acknowledge':
        return this.#acknowledge(moment, channel, message);
      case 'dispatch-state':
        return this.#dispatchState(moment, channel, message);
      case 'history':
        return this.#history(moment, channel, message);
      case 'break-glass':
        return this.#breakGlass(moment, channel, message);
      case 'subscribe':
        throw new HospitalError('malformed-request', 'expected a subscription at the stream');
    }
  }

  async #receipt({ db, now, ward }: Moment, channel: OpenChannel, { alarm, kind }: Receipt): Promise<Deed> {
    const { store } = this.#options;
    const by = channel.peerName;
    const found = this.#options.ward.findAlarm(alarm);
    this.#expectMay(channel, 'confirm-receipt', found?.patient.number);
    const verdict = await store.deliveries.confirm(db, { alarm, recipient: by, kind, at: now });
    if (verdict === 'unknown') throw new HospitalError('unknown-alarm', 'expected an alarm that was sent to you');
    if (verdict === 'again') return done;
    if (found !== undefined && kind === 'received') {
      ward.answer(found.patient.number, found.open, { type: 'notify', at: now, to: by }, by);
    } else {
      await store.alarms.record(db, { alarm, event: kind, by, at: now });
      store.audit.append(db, receiptAct({ alarm, kind, by, patient: found?.patient.identity }));
    }
    return done;
  }

  async #acknowledge({ db, now, ward }: Moment, channel: OpenChannel, { alarm }: Acknowledge): Promise<Deed> {
    const { store } = this.#options;
    const found = this.#options.ward.findAlarm(alarm);
    const by = channel.peerName;
    if (found !== undefined) {
      this.#expectMay(channel, 'acknowledge-alarm', found.patient.number);
      ward.answer(found.patient.number, found.open, { type: 'acknowledge', at: now, by }, by);
      return done;
    }
    const over = await store.alarms.find(alarm, db);
    if (channel.peer.role === 'doctor' && over === undefined) {
      throw new HospitalError('unknown-alarm', 'expected an alarm of this hospital');
    }
    this.#expectMay(channel, 'acknowledge-alarm', over?.patient);
    store.audit.append(db, receiptAct({ alarm, kind: 'acknowledged', by, patient: undefined }));
    return done;
  }

  async #dispatchState(moment: Moment, channel: OpenChannel, message: DispatchStateChange): Promise<Deed> {
    const { store, feeds } = this.#options;
    const { db, now, ward } = moment;
    const crew = channel.peerName;
    if (channel.peer.role !== 'ambulance') throw notPermitted();
    const row = await store.dispatches.find(message.dispatch, db);
    if (row === undefined) throw new HospitalError('unknown-dispatch', 'expected a call of this hospital');
    if (!feeds.calls.concerns(row, crew)) throw notPermitted();
    // Told again: the commit that changed it may have been one of which only the store knew.
    if (row.state === message.state) {
      ward.tell({ type: 'dispatch', dispatch: row });
      return done;
    }
    this.#expectMay(channel, 'answer-call', row.patient);
    if (nextStates[row.state]?.includes(message.state) !== true) {
      throw new HospitalError('not-permitted', 'expected a state that follows the one the call is in');
    }
    const closedAt = message.state === 'closed' ? now : null;
    const changed: DispatchRow = { ...row, state: message.state, crew, changed_at: now, closed_at: closedAt };
    await store.dispatches.change(db, row.id, changed);
    const patient = this.#options.ward.get(row.patient)?.identity;
    store.audit.append(db, callChanged({ call: row.id, alarm: row.alarm, patient, by: crew, state: message.state }));
    ward.tell({ type: 'dispatch', dispatch: changed });
    return done;
  }

  async #history({ db }: Moment, channel: OpenChannel, { patient, from }: HistoryRequest): Promise<Deed> {
    const { ward, feeds, store, now } = this.#options;
    const number = ward.numberOf(patient.id);
    if (number === undefined) {
      // Only to those who see the whole ward is it told apart whom they may not see, and whom there is not.
      if (!ward.isOnCall(channel.peerName) || channel.peer.role !== 'doctor') throw notPermitted();
      throw new HospitalError('unknown-patient', 'expected a patient under our care');
    }
    this.#expectMay(channel, 'read-history', number);
    const feed = feeds.ofChannel(channel);
    if (feed === undefined) {
      throw new HospitalError('no-stream', 'expected an open stream on this channel for the past to come by');
    }
    // Before anything of it is told.
    store.audit.append(db, historyRead({ patient, by: channel.peerName, from }));
    const mayStill = () => feeds.mayTell(feed, 'read-history', number);
    return {
      answerLater: async () => {
        await tellHistory({ store, feed, mayStill, patient, number, from, until: now() + 1 });
        return undefined;
      },
    };
  }

  async #breakGlass(moment: Moment, channel: OpenChannel, asked: BreakGlass): Promise<Deed> {
    const { store, ward, sessions, feeds, machineNow } = this.#options;
    if (channel.peer.role !== 'doctor') throw notPermitted();
    const { emergencyMs } = sessions.settings;
    const parts = { store, ward, by: channel.peerName, at: machineNow(), emergencyMs };
    const access = await breakGlass(parts, asked, moment.db);
    return {
      after: () => {
        feeds.access.add(access);
        feeds.rejudge();
        feeds.tellOfEmergency(access);
      },
    };
  }

  #expectMay(channel: OpenChannel, act: PatientAct, patient: number | undefined): void {
    // Of an alarm that is over its patient may be gone: nobody stands to them in any way then.
    if (!this.#options.feeds.access.may(channel, act, patient ?? 0)) throw notPermitted();
  }
}

function later(work: () => Promise<Answer | undefined>): () => Promise<Deed> {
  return async () => {
    const answer = await work();
    return answer === undefined ? done : { answer };
  };
}

/** The deed, or the code with which it was refused. */
async function deedOf(act: () => Promise<Deed>): Promise<Deed | string> {
  try {
    return await act();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return code;
  }
}
