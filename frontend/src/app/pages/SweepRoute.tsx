import { useParams } from "@tanstack/react-router";
import { SweepPage } from "../../features/explorer/sweep/SweepPage.tsx";

/** The sweep in the address. */
export function SweepRoute() {
  const { sweepId } = useParams({ from: "/shell/sweeps/$sweepId" });
  return <SweepPage key={sweepId} sweepId={sweepId} />;
}
