import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { liveUrl } from "./environment.ts";
import { createTicket, jobKeys } from "./jobs.ts";
import { LiveContext, rememberJob, useLiveStatus } from "./live.ts";
import { LiveChannel } from "./liveChannel.ts";
import { refresh } from "./refresh.ts";
import { useSession } from "./session.ts";

/** Keeps the tab's one live channel, connected while somebody is signed in. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const signedIn = useSession((session) => session.status === "signed-in");
  const [channel] = useState(
    () =>
      new LiveChannel({
        url: liveUrl(),
        getTicket: createTicket,
        onJob: (job) => rememberJob(queryClient, job),
        onStatus: (status) => {
          const before = useLiveStatus.getState().status;
          useLiveStatus.setState({ status });
          // Lists have no sequence numbers; what changed during a gap is fetched.
          if (status === "open" && before !== "open") {
            void refresh(queryClient, { queryKey: jobKeys.lists });
          }
        },
      }),
  );
  useEffect(() => {
    if (!signedIn) return;
    const unwatch = channel.watchJobs();
    channel.start();
    return () => {
      unwatch();
      channel.stop();
    };
  }, [channel, signedIn]);
  return <LiveContext value={channel}>{children}</LiveContext>;
}
