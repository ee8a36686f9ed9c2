// Numbers and times as people read them; the same everywhere in the page.

import { locale, t } from "../language/language.ts";

const grouped = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const absolute = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

/** 1048576 -> "1,048,576". */
export function formatCount(value: number): string {
  return grouped.format(value);
}

/** Bytes in decimal units, as file managers show them: 1500 -> "1.5 kB". */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Seconds as "0.4 s", "12 s", "3 min 05 s" or "1 h 02 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  }
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}

/** A time that is only guessed: "4 s", "40 s", "3 min", "2 h". */
export function formatAbout(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** A place in a row: 1 -> "1st", 12 -> "12th". */
export function formatOrdinal(place: number): string {
  return t("{place, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}", { place });
}

/** A share, rounded: 0.377 -> "38 %". */
export function formatPercent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`;
}

/** How far a job is: 0.999 -> "99 %", so that it never says done too early. */
export function formatProgress(fraction: number): string {
  return `${Math.floor(fraction * 100 + 1e-9)} %`;
}

/** A statistic with at most four significant digits, with exponents only where they help. */
export function formatStatistic(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return grouped.format(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e6 || (magnitude < 1e-3 && magnitude > 0)) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}

/** "3 minutes ago"; `now` in milliseconds. */
export function formatAgo(isoTime: string, now: number = Date.now()): string {
  const seconds = (new Date(isoTime).getTime() - now) / 1000;
  const steps: [number, Intl.RelativeTimeFormatUnit][] = [
    [60, "second"],
    [3600, "minute"],
    [86_400, "hour"],
    [2_592_000, "day"],
    [31_536_000, "month"],
  ];
  const divisors = [1, 60, 3600, 86_400, 2_592_000];
  const index = steps.findIndex(([limit]) => Math.abs(seconds) < limit);
  if (index === 0) return t("just now");
  const step = steps[index];
  return step
    ? relative.format(Math.round(seconds / (divisors[index] ?? 1)), step[1])
    : relative.format(Math.round(seconds / 31_536_000), "year");
}

/** Date and time in full, for tooltips. */
export function formatTime(isoTime: string): string {
  return absolute.format(new Date(isoTime));
}
