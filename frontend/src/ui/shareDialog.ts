import { create } from "zustand";

/** A dataset to share and, where it was asked for on Explore, the run on the screen. */
export interface ShareSubject {
  dataset: { id: number; name: string };
  run: { id: number; number: number } | null;
}

/** What the share dialog is open for; the shell shows it over whatever page asked. */
export const useShareDialog = create<{ subject: ShareSubject | null }>(() => ({ subject: null }));

export function openShareDialog(subject: ShareSubject): void {
  useShareDialog.setState({ subject });
}

export function closeShareDialog(): void {
  useShareDialog.setState({ subject: null });
}
