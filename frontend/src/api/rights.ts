import type { RunRead } from "./contract.ts";
import { useSession } from "./session.ts";

/** What the signed-in user may do with a dataset or a run. */
export type Right = RunRead["right"];

/** Whether the user's role is viewer, which changes nothing. */
export function useIsViewer(): boolean {
  return useSession((session) => session.user?.role === "viewer");
}

/** Whether the user may change what `right` is about; the role viewer changes nothing, whatever is shared. */
export function useMayEdit(right: Right): boolean {
  const isViewer = useIsViewer();
  return right !== "view" && !isViewer;
}

/** Whether it is the user's own, to share and to delete. */
export function useMayOwn(right: Right): boolean {
  return useMayEdit(right) && right === "own";
}
