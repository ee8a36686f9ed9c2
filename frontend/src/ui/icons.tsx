// Line icons on a 16-unit grid, drawn for this page. All are decoration: the control that holds
// one carries the name.
import type { ReactNode } from "react";

interface IconProps {
  /** Edge in pixels. */
  size?: number;
}

/** A component that draws these paths. */
export function icon(paths: ReactNode) {
  return function Icon({ size = 16 }: IconProps) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.4}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {paths}
      </svg>
    );
  };
}

export const DataIcon = icon(<path d="M8 10V2m0 0L5 5m3-3 3 3M2.5 11v2.5h11V11" />);
export const ExploreIcon = icon(
  <>
    <circle cx="4.5" cy="10.5" r="1.6" />
    <circle cx="8.5" cy="5" r="1.6" />
    <circle cx="12" cy="11" r="1.6" />
    <circle cx="12.5" cy="4" r=".9" />
  </>,
);
export const RunsIcon = icon(<path d="M2.5 4h11M2.5 8h11M2.5 12h7" />);
export const CompareIcon = icon(<path d="M2 4c6 0 6 8 12 8M2 12c6 0 6-8 12-8" />);
export const ReportIcon = icon(<path d="M4 2h6l2.5 2.5V14H4zM6.3 8h4M6.3 10.5h4" />);
export const SettingsIcon = icon(
  <>
    <circle cx="8" cy="8" r="2.2" />
    <path d="M8 2v2M8 12v2M2 8h2M12 8h2M3.8 3.8l1.4 1.4M10.8 10.8l1.4 1.4M12.2 3.8l-1.4 1.4M5.2 10.8l-1.4 1.4" />
  </>,
);
export const UserIcon = icon(
  <>
    <circle cx="8" cy="5.5" r="2.6" />
    <path d="M3 13.5c.6-2.6 2.6-3.8 5-3.8s4.4 1.2 5 3.8" />
  </>,
);
export const SunIcon = icon(
  <>
    <circle cx="8" cy="8" r="2.8" />
    <path d="M8 1.5v1.5M8 13v1.5M1.5 8h1.5M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1" />
  </>,
);
export const MoonIcon = icon(<path d="M13 9.6A5.5 5.5 0 0 1 6.4 3a5.5 5.5 0 1 0 6.6 6.6z" />);
export const SystemIcon = icon(<path d="M2.5 3h11v7.5h-11zM6 13.5h4M8 10.5v3" />);
export const ChevronIcon = icon(<path d="m4.5 6.5 3.5 3.5 3.5-3.5" />);
export const CloseIcon = icon(<path d="m4 4 8 8M12 4l-8 8" />);
export const CheckIcon = icon(<path d="m3 8.5 3.2 3L13 4.5" />);
export const WarningIcon = icon(<path d="M8 2.5 14.2 13H1.8zM8 6.5v3M8 11.3v.1" />);
export const InfoIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.8" />
    <path d="M8 7.3v3.5M8 5v.1" />
  </>,
);
export const TableIcon = icon(<path d="M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.6h11M6.5 3v10" />);
export const MoreIcon = icon(
  <>
    <circle cx="3.5" cy="8" r=".8" />
    <circle cx="8" cy="8" r=".8" />
    <circle cx="12.5" cy="8" r=".8" />
  </>,
);
