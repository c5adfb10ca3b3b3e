// The few signs that the pages need, drawn at 16 units with one stroke. Each is hidden from a screen reader: a text
// always stands beside it.
import type { ReactNode } from 'react';

interface IconProps {
  readonly size?: number;
}

function sign(paths: ReactNode): (props: IconProps) => ReactNode {
  return ({ size = 16 }) => (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {paths}
    </svg>
  );
}

export const BellIcon = sign(
  <>
    <path d="M3.5 11.5h9c-1-1-1.5-2-1.5-5a3 3 0 0 0-6 0c0 3-.5 4-1.5 5Z" />
    <path d="M6.8 13.6a1.3 1.3 0 0 0 2.4 0" />
  </>,
);
/** Dashed cross: the signal is paused and comes back by itself (IEC 60417-5576-2). */
export const BellPausedIcon = sign(
  <>
    <path d="M3.5 11.5h9c-1-1-1.5-2-1.5-5a3 3 0 0 0-6 0c0 3-.5 4-1.5 5Z" />
    <path d="M2 2l12 12M14 2L2 14" strokeDasharray="2 2" />
  </>,
);
export const BellOffIcon = sign(
  <>
    <path d="M3.5 11.5h9c-1-1-1.5-2-1.5-5a3 3 0 0 0-6 0c0 3-.5 4-1.5 5Z" />
    <path d="M2 2l12 12M14 2L2 14" />
  </>,
);
export const SunIcon = sign(
  <>
    <circle cx="8" cy="8" r="2.8" />
    <path d="M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1" />
  </>,
);
export const MoonIcon = sign(<path d="M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6Z" />);
/** An open padlock. */
export const UnsealedIcon = sign(
  <>
    <path d="M3.5 7.5h9v6h-9z" />
    <path d="M5.5 7.5V5a2.5 2.5 0 0 1 4.9-.7" />
  </>,
);
export const ByHandIcon = sign(<path d="M3 13l.7-2.9 7.2-7.2 2.2 2.2-7.2 7.2L3 13ZM9.6 4.2l2.2 2.2" />);
export const CheckIcon = sign(<path d="M3 8.5l3.2 3.2L13 4.8" />);
export const BackIcon = sign(<path d="M9.5 3L4.5 8l5 5" />);
export const ClockIcon = sign(
  <>
    <circle cx="8" cy="8" r="5.8" />
    <path d="M8 4.8V8l2.2 1.6" />
  </>,
);
export const CopyIcon = sign(
  <>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1" />
    <path d="M10.5 5.5v-3h-8v8h3" />
  </>,
);
export const PinIcon = sign(
  <>
    <path d="M8 14.2C5 10.8 3.5 8.6 3.5 6.4a4.5 4.5 0 0 1 9 0c0 2.2-1.5 4.4-4.5 7.8Z" />
    <circle cx="8" cy="6.3" r="1.5" />
  </>,
);
export const NoLinkIcon = sign(
  <>
    <path d="M6.2 9.8l-1.5 1.5a2.3 2.3 0 0 1-3.2-3.2l2-2M9.8 6.2l1.5-1.5a2.3 2.3 0 0 1 3.2 3.2l-2 2" />
    <path d="M3 2.5l10 11" />
  </>,
);
export const UnreadableIcon = sign(
  <>
    <path d="M8 2L14.5 13.5h-13L8 2Z" />
    <path d="M8 6.5v3.2M8 11.6v.1" />
  </>,
);
export const KeyIcon = sign(
  <>
    <circle cx="5.2" cy="10.8" r="2.9" />
    <path d="M7.3 8.7L13.5 2.5M11 5l2 2M9 7l1.3 1.3" />
  </>,
);
export const LockIcon = sign(
  <>
    <rect x="3" y="7" width="10" height="7" rx="1" />
    <path d="M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2M8 9.8v1.6" />
  </>,
);
export const BrokenGlassIcon = sign(
  <>
    <rect x="2" y="2" width="12" height="12" rx="1" />
    <path d="M8 2v4.5l-3 1.5 3.5 2L7 14M8 6.5L14 5M8.5 10l5.5 1.5M5 8L2 9.5" />
  </>,
);
export const PersonIcon = sign(
  <>
    <circle cx="8" cy="5" r="2.7" />
    <path d="M2.8 14c.4-3 2.4-4.6 5.2-4.6s4.8 1.6 5.2 4.6" />
  </>,
);
