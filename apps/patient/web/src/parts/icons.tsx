// The few signs of the app, drawn at 24 units with one stroke. Each is hidden from a screen reader: words always stand
// beside it. Those that point go the other way in a language written from right to left.
import type { ReactNode } from 'react';
import classes from './icons.module.css';

interface IconProps {
  /** In rem: signs grow with the text. */
  readonly size?: 'small' | 'usual' | 'large';
}

function sign(paths: ReactNode, points = false): (props: IconProps) => ReactNode {
  return ({ size = 'usual' }) => (
    <svg
      className={classes.icon}
      data-size={size}
      data-points={points}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {paths}
    </svg>
  );
}

export const BackIcon = sign(<path d="M15 4l-8 8 8 8" />, true);
export const ForwardIcon = sign(<path d="M9 4l8 8-8 8" />, true);
export const CheckIcon = sign(<path d="M4 12.5l5.2 5.2L20 6.5" />);
export const PhoneIcon = sign(
  <>
    <rect x="6.5" y="2" width="11" height="20" rx="2.5" />
    <path d="M10.5 18.5h3" />
  </>,
);
export const HospitalIcon = sign(
  <>
    <path d="M4 21V5.5A1.5 1.5 0 0 1 5.5 4h13A1.5 1.5 0 0 1 20 5.5V21M2.5 21h19" />
    <path d="M12 7.5v6M9 10.5h6M10 21v-3.5h4V21" />
  </>,
);
export const SensorIcon = sign(<path d="M2.5 12h4l2.2-6 4 12 2.6-8 1.4 2h4.8" />);
export const WarningIcon = sign(
  <>
    <path d="M12 3.2L22 20.5H2L12 3.2Z" />
    <path d="M12 10v4.6M12 17.4v.1" />
  </>,
);
export const NoLinkIcon = sign(
  <>
    <path d="M3 3l18 18" />
    <path d="M5 12.5a10 10 0 0 1 3.6-2.3M2 8.8A15 15 0 0 1 6.5 6M11 5.1A15 15 0 0 1 22 8.8M16 11a10 10 0 0 1 3 1.5M8.5 16a5 5 0 0 1 5.4-1M12 19.6v.1" />
  </>,
);
export const ShieldIcon = sign(
  <>
    <path d="M12 2.5l8 3v6c0 5-3.4 8.4-8 10-4.6-1.6-8-5-8-10v-6l8-3Z" />
    <path d="M9 9.5l6 6M15 9.5l-6 6" />
  </>,
);
export const ClockIcon = sign(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 7v5l3.5 2.5" />
  </>,
);
export const CallIcon = sign(
  <path d="M5 3.5h3.6l1.8 4.6-2.3 1.6a13 13 0 0 0 6.2 6.2l1.6-2.3 4.6 1.8V19a2 2 0 0 1-2.2 2A17 17 0 0 1 3 5.7 2 2 0 0 1 5 3.5Z" />,
);
export const HelpIcon = sign(<path d="M12 3v18M4.2 7.5l15.6 9M4.2 16.5l15.6-9" />);
export const PlusIcon = sign(<path d="M12 4.5v15M4.5 12h15" />);
export const TodayIcon = sign(
  <>
    <path d="M12 20.5S3 15.4 3 9.2A4.9 4.9 0 0 1 12 6.6a4.9 4.9 0 0 1 9 2.6c0 6.2-9 11.3-9 11.3Z" />
    <path d="M3.8 12h4l1.7-3 3 5.5 1.6-2.5h6" />
  </>,
);
export const SharingIcon = sign(
  <>
    <circle cx="12" cy="12" r="2.5" />
    <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z" />
  </>,
);
export const SettingsIcon = sign(
  <>
    <path d="M4 7h9M18 7h2M4 17h2M11 17h9" />
    <circle cx="15.5" cy="7" r="2.5" />
    <circle cx="8.5" cy="17" r="2.5" />
  </>,
);
export const LockIcon = sign(
  <>
    <rect x="4.5" y="10.5" width="15" height="10.5" rx="2" />
    <path d="M8 10.5V7.5a4 4 0 0 1 8 0v3M12 14.5v2.5" />
  </>,
);
export const CameraIcon = sign(
  <>
    <path d="M4 8V5.5A1.5 1.5 0 0 1 5.5 4H8M16 4h2.5A1.5 1.5 0 0 1 20 5.5V8M20 16v2.5a1.5 1.5 0 0 1-1.5 1.5H16M8 20H5.5A1.5 1.5 0 0 1 4 18.5V16" />
    <path d="M8.5 8.5h3v3h-3zM13.5 13.5h2v2h-2zM13.5 8.5h2M8.5 14.5v1" />
  </>,
);
export const PlaceIcon = sign(
  <>
    <path d="M12 21.5C7.5 16.5 5 13 5 9.7a7 7 0 0 1 14 0c0 3.3-2.5 6.8-7 11.8Z" />
    <circle cx="12" cy="9.5" r="2.4" />
  </>,
);
export const BatteryIcon = sign(
  <>
    <rect x="2.5" y="7.5" width="16" height="9" rx="1.5" />
    <path d="M21.5 10.5v3M5.5 10.5v3" />
  </>,
);
