// A hospital's office as its page meets it: what it answers, and to whom it says that they must confirm first.
import { type OfficeReply, sessionNews, type TestHospitalOptions, welcome } from '@vitalseal/clinician/testing';
import type { HospitalToOffice, OfficeToHospital } from '@vitalseal/protocol';
import { cardsAt, careTeams, emergenciesAt, hour, pageOf, peopleAt, sessionsAt } from './office.fixture.ts';

export const invitationLink = `http://localhost:8080/doctor/#invite=${'a'.repeat(43)}&root=${'b'.repeat(64)}`;

const stepUp = new Set(['invite', 'remove', 'remove-passkey', 'terminate-card']);
const linesOfAPart = 60;

type Lists = {
  [Field in 'people' | 'sessions' | 'patients' | 'cards' | 'accesses' | 'entries']: Extract<
    OfficeReply,
    { readonly [Name in Field]: unknown }
  >[Field];
};

export class OfficeDesk {
  people: Lists['people'] = peopleAt(Date.now());
  sessions: Lists['sessions'] = sessionsAt(Date.now());
  careTeams: Lists['patients'] = careTeams;
  cards: Lists['cards'] = cardsAt(Date.now());
  emergencies: Lists['accesses'] = emergenciesAt(Date.now());
  log: Lists['entries'] = [];
  exported: readonly string[] = [];
  /** The person has confirmed that it is they. */
  confirmed = false;
  onRevoked: () => void = () => {};

  get options(): TestHospitalOptions {
    return { onSubscribe: () => this.feed(), onOffice: (_, message) => this.answer(message) };
  }

  feed(): HospitalToOffice[] {
    const at = Date.now();
    return [
      welcome() as HospitalToOffice,
      sessionNews({ person: { role: 'administrator', id: 'haddad' }, name: 'Nour Haddad' }),
      { type: 'watch', doctorsOnCall: 2, doctorsSeeing: 1, crewsOnCall: 1, crewsSeeing: 1, at },
      { type: 'complete', at },
    ];
  }

  answer(message: OfficeToHospital): string | OfficeReply | undefined {
    if (stepUp.has(message.type) && !this.confirmed) return 'step-up-required';
    switch (message.type) {
      case 'challenge':
        return { type: 'challenge', passkey: false, challenge: new Uint8Array(), rpId: '', credentials: [] };
      case 'assertion':
        this.confirmed = true;
        return undefined;
      case 'people':
        return { type: 'people', people: this.people };
      case 'sessions':
        return { type: 'sessions', sessions: this.sessions };
      case 'my-sessions':
        return { type: 'my-sessions', sessions: [], passkeys: [] };
      case 'care-teams':
        return { type: 'care-teams', patients: this.careTeams };
      case 'devices':
        return { type: 'devices', cards: this.cards };
      case 'emergencies':
        return { type: 'emergencies', accesses: this.emergencies };
      case 'audit':
        return pageOf(this.log, message.before, message.limit);
      case 'audit-export': {
        const from = message.part * linesOfAPart;
        const lines = this.exported.slice(from, from + linesOfAPart);
        return { type: 'audit-export', lines, more: this.exported.length > from + linesOfAPart };
      }
      case 'invite':
        return {
          type: 'invitation',
          person: message.person,
          link: invitationLink,
          expiresAt: Date.now() + 24 * hour,
        };
      case 'revoke-session':
        this.sessions = this.sessions.filter(({ session }) => session !== message.session);
        this.onRevoked();
        return undefined;
      default:
        return undefined;
    }
  }
}
