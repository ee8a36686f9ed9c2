import { lazy, Suspense } from "react";
import { closeShareDialog, useShareDialog } from "../ui/shareDialog.ts";

// Most visits share nothing, so the dialog is no part of any page's first load.
const ShareDialog = lazy(async () => ({
  default: (await import("../features/sharing/ShareDialog.tsx")).ShareDialog,
}));

/** The share dialog over any page, once one asks for it. */
export function ShareLayer() {
  const subject = useShareDialog((state) => state.subject);
  if (!subject) return null;
  return (
    <Suspense>
      <ShareDialog subject={subject} onClose={closeShareDialog} />
    </Suspense>
  );
}
