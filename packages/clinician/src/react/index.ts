// What the pages share.
export { AlarmAnnouncer } from './alarm-announcer.tsx';
export { Announcement } from './announcement.tsx';
export { useClinician, useDeviceNow, useHospitalNow, useWard } from './clinician-context.tsx';
export { ClinicianGate } from './clinician-gate.tsx';
export { Dialog, DialogActions } from './dialog.tsx';
export { type DeviceParts, Entrance, type RunningDevice } from './entrance/entrance.tsx';
export { Failure } from './entrance/failure.tsx';
export * from './icons.tsx';
export {
  LinkBanner,
  LinkBannerOf,
  type LinkLook,
  LinkPill,
  LinkPillOf,
  linkLook,
  useLinkLook,
  useTitle,
} from './link-state.tsx';
export { mountPage } from './mount-page.tsx';
export { PriorityMark } from './priority-mark.tsx';
export { ReleaseNotice } from './release-notice.tsx';
export { SchemeControl } from './scheme-control.tsx';
export { riskInWords, ScoreMark, scoreInWords } from './score-mark.tsx';
export { LockScreen } from './session/lock-screen.tsx';
export { usePageSession, useSessionState } from './session/session-context.tsx';
export { SessionMenu } from './session/session-menu.tsx';
export { Notice, SessionNotices } from './session/session-notices.tsx';
export { SignedOut } from './session/signed-out.tsx';
export { StepUp, useStepUp } from './session/step-up.tsx';
export { SoundControl } from './sound-control.tsx';
export { SourceMark } from './source-mark.tsx';
export { UnusableNotice } from './unusable-notice.tsx';
