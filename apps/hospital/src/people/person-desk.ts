/**
 * What clinicians ask of the hospital, each in one moment: a receipt, an acknowledgement, the state of a call, the past
 * of a patient. Answered under seal, naming what it answers.
 */
import {
  type Acknowledge,
  type Bytes,
  type DispatchState,
  type DispatchStateChange,
  type DoctorToHospital,
  encodeHospitalToDoctor,
  type HistoryRequest,
  type Receipt,
  type Result,
} from '@vitalseal/protocol';
import type { ChannelRegistry } from '../channels/channel-registry.ts';
import type { OpenChannel } from '../channels/open-channel.ts';
import { HospitalError } from '../errors.ts';
import type { Turnstile } from '../intake/turnstile.ts';
import { codeOf } from '../refusal.ts';
import type { DispatchRow } from '../store/dispatches.ts';
import { commitMoment, type Moment, type MomentParts } from '../watch/moment.ts';
import { tellHistory } from './history.ts';
import type { LiveFeeds } from './live-feeds.ts';
import { acceptOnce, openStep3Message, type Step3Message } from './step3-message.ts';

export interface PersonDeskOptions extends MomentParts {
  readonly registry: ChannelRegistry;
  readonly turnstile: Turnstile;
  readonly feeds: LiveFeeds;
}

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
    const result = await turnstile.run(() => this.#act(asked));
    return (await asked.channel.sealer.seal(encodeHospitalToDoctor(result))).bytes;
  }

  async #act(asked: Step3Message): Promise<Result> {
    const { sequence, message, channel } = asked;
    const code = await commitMoment(this.#options, async (moment) => {
      await acceptOnce(moment, asked);
      // Whatever is refused here is refused before anything is changed, and its counter stays taken.
      return refusalOf(() => this.#do(moment, channel, message));
    });
    if (code !== undefined) return { type: 'result', to: sequence, ok: false, code };
    if (message.type === 'history') await this.#history(channel, message);
    return { type: 'result', to: sequence, ok: true };
  }

  async #do(moment: Moment, channel: OpenChannel, message: DoctorToHospital): Promise<void> {
    switch (message.type) {
      case 'receipt':
        return this.#receipt(moment, channel, message);
      case 'acknowledge':
        return this.#acknowledge(moment, channel, message);
      case 'dispatch-state':
        return this.#dispatchState(moment, channel, message);
      case 'history':
        return this.#mayRead(channel, message);
      case 'subscribe':
        throw new HospitalError('malformed-request', 'expected a subscription at the stream');
    }
  }

  async #receipt({ db, now, ward }: Moment, channel: OpenChannel, { alarm, kind }: Receipt): Promise<void> {
    const { store } = this.#options;
    const by = channel.peerName;
    const verdict = await store.deliveries.confirm(db, { alarm, recipient: by, kind, at: now });
    if (verdict === 'unknown') throw new HospitalError('unknown-alarm', 'expected an alarm that was sent to you');
    if (verdict === 'again') return;
    const found = this.#options.ward.findAlarm(alarm);
    if (found !== undefined && kind === 'received') {
      ward.answer(found.patient.number, found.open, { type: 'notify', at: now, to: by }, by);
    } else {
      await store.alarms.record(db, { alarm, event: kind, by, at: now });
    }
  }

  async #acknowledge({ db, now, ward }: Moment, channel: OpenChannel, { alarm }: Acknowledge): Promise<void> {
    if (channel.peer.role !== 'doctor') throw notPermitted();
    const found = this.#options.ward.findAlarm(alarm);
    const by = channel.peerName;
    if (found !== undefined) {
      ward.answer(found.patient.number, found.open, { type: 'acknowledge', at: now, by }, by);
    } else if ((await this.#options.store.alarms.find(alarm, db)) === undefined) {
      throw new HospitalError('unknown-alarm', 'expected an alarm of this hospital');
    }
  }

  async #dispatchState(moment: Moment, channel: OpenChannel, message: DispatchStateChange): Promise<void> {
    const { store, feeds } = this.#options;
    const { db, now, ward } = moment;
    const crew = channel.peerName;
    if (channel.peer.role !== 'ambulance') throw notPermitted();
    const row = await store.dispatches.find(message.dispatch, db);
    if (row === undefined) throw new HospitalError('unknown-dispatch', 'expected a call of this hospital');
    if (!feeds.concerns(row, crew)) throw notPermitted();
    // Told again: the commit that changed it may have been one of which only the store knew.
    if (row.state === message.state) return ward.tell({ type: 'dispatch', dispatch: row });
    if (nextStates[row.state]?.includes(message.state) !== true) {
      throw new HospitalError('not-permitted', 'expected a state that follows the one the call is in');
    }
    const closedAt = message.state === 'closed' ? now : null;
    const changed: DispatchRow = { ...row, state: message.state, crew, changed_at: now, closed_at: closedAt };
    await store.dispatches.change(db, row.id, changed);
    ward.tell({ type: 'dispatch', dispatch: changed });
  }

  async #mayRead(channel: OpenChannel, { patient }: HistoryRequest): Promise<void> {
    const { ward, feeds } = this.#options;
    const number = ward.numberOf(patient.id);
    if (number === undefined) throw new HospitalError('unknown-patient', 'expected a patient under our care');
    const allowed = channel.peer.role === 'doctor' || feeds.isOnCallFor(number, channel.peerName);
    if (!allowed) throw notPermitted();
    if (feeds.ofChannel(channel) === undefined) {
      throw new HospitalError('no-stream', 'expected an open stream on this channel for the past to come by');
    }
  }

  async #history(channel: OpenChannel, { patient, from }: HistoryRequest): Promise<void> {
    const { ward, feeds, store, now } = this.#options;
    const number = ward.numberOf(patient.id);
    const feed = feeds.ofChannel(channel);
    if (number === undefined || feed === undefined) return;
    await tellHistory({ store, feed, patient, number, from, until: now() + 1 });
  }
}

async function refusalOf(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return code;
  }
}

function notPermitted(): HospitalError {
  return new HospitalError('not-permitted', 'expected someone whose part this is');
}
