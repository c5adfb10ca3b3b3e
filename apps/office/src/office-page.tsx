// The office: people, their sessions and invitations, care teams and cards for an administrator; the audit log for an
// auditor; emergency accesses for both. It is never sent a reading.
import { ReleaseNotice, SessionNotices, useTitle } from '@vitalseal/clinician/react';
import { type ComponentType, useState } from 'react';
import { AuditSection } from './audit/audit-section.tsx';
import { VerificationSection } from './audit/verification-section.tsx';
import { CardsSection } from './cards/cards-section.tsx';
import { EmergenciesSection } from './emergencies/emergencies-section.tsx';
import { EmergencyAlert } from './emergencies/emergency-alert.tsx';
import { useOfficeState } from './office-context.tsx';
import { OfficeLinkBanner } from './office-gate.tsx';
import classes from './office-page.module.css';
import { CareTeamsSection } from './patients/care-teams-section.tsx';
import { PeopleSection } from './people/people-section.tsx';
import { SessionsSection } from './sessions/sessions-section.tsx';
import { TopBar } from './top-bar.tsx';
import { WatchBar } from './watch-bar.tsx';

interface Section {
  readonly name: string;
  readonly Content: ComponentType;
}

const emergencies: Section = { name: 'Emergency accesses', Content: EmergenciesSection };
const sections: Readonly<Record<'administrator' | 'auditor', readonly Section[]>> = {
  administrator: [
    { name: 'People', Content: PeopleSection },
    { name: 'Sessions', Content: SessionsSection },
    { name: 'Care teams', Content: CareTeamsSection },
    { name: 'Cards', Content: CardsSection },
    emergencies,
  ],
  auditor: [
    { name: 'Audit log', Content: AuditSection },
    emergencies,
    { name: 'Verification', Content: VerificationSection },
  ],
};

export function OfficePage() {
  const { self, release } = useOfficeState();
  const own = sections[self.role === 'auditor' ? 'auditor' : 'administrator'];
  const [chosen, setChosen] = useState(own[0]?.name);
  const section = own.find(({ name }) => name === chosen);
  useTitle(`${section?.name ?? 'Office'} · Vitalseal`);
  return (
    <div className={classes.page}>
      <TopBar />
      <OfficeLinkBanner />
      <SessionNotices />
      <ReleaseNotice release={release} />
      <EmergencyAlert />
      <WatchBar />
      <div className={classes.body}>
        <nav className={classes.nav} aria-label="Office">
          {own.map(({ name }) => (
            <button
              type="button"
              key={name}
              className={classes.tab}
              aria-current={name === chosen ? 'page' : undefined}
              onClick={() => setChosen(name)}
            >
              {name}
            </button>
          ))}
        </nav>
        <main className={classes.main}>{section !== undefined && <section.Content key={section.name} />}</main>
      </div>
    </div>
  );
}
