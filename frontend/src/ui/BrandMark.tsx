interface BrandMarkProps {
  /** Edge in pixels. */
  size?: number;
}

/** The mark: a Fiedler vector crossing zero between two groups of points. */
export function BrandMark({ size = 22 }: BrandMarkProps) {
  return (
    <svg width={size} height={size} viewBox="0 0 22 22" role="img" aria-label="Fiedler">
      <path
        d="M3 15c3.2 0 3.2-8 6.4-8s3.2 8 6.4 8"
        fill="none"
        stroke="var(--accent)"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
      <circle cx="18.4" cy="6" r="1.6" fill="#f87f02" />
      <circle cx="4" cy="6" r="1.6" fill="#25c0cd" />
    </svg>
  );
}
