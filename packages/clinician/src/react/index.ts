// What the doctor's and the ambulance's page share.
export { AlarmAnnouncer } from './alarm-announcer.tsx';
export { Announcement } from './announcement.tsx';
export { useClinician, useDeviceNow, useHospitalNow, useWard } from './clinician-context.tsx';
export { ClinicianGate } from './clinician-gate.tsx';
export * from './icons.tsx';
export { LinkBanner, type LinkLook, LinkPill, useLinkLook, useTitle } from './link-state.tsx';
export { mountPage } from './mount-page.tsx';
export { PriorityMark } from './priority-mark.tsx';
export { SchemeControl } from './scheme-control.tsx';
export { riskInWords, ScoreMark, scoreInWords } from './score-mark.tsx';
export { SoundControl } from './sound-control.tsx';
export { UnusableNotice } from './unusable-notice.tsx';
