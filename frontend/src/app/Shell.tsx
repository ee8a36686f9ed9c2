import { Outlet, useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useEffectEvent } from "react";
import { useLiveStatus } from "../api/live.ts";
import { useIsViewer } from "../api/rights.ts";
import { useSession } from "../api/session.ts";
import { PageDrop } from "../features/datasets/PageDrop.tsx";
import { BrandMark } from "../ui/BrandMark.tsx";
import { HeaderSlot, HeaderSlotProvider } from "../ui/headerSlot.tsx";
import { CommandBarKey } from "./CommandBarKey.tsx";
import { DatasetSwitcher } from "./DatasetSwitcher.tsx";
import { KeyList } from "./KeyList.tsx";
import { useLastDataset } from "./lastDataset.ts";
import { Rail } from "./Rail.tsx";
import classes from "./Shell.module.css";
import { ShareLayer } from "./ShareLayer.tsx";
import { TourStart } from "./tour/TourStart.tsx";
import { ThemeToggle } from "./ThemeToggle.tsx";
import { UserMenu } from "./UserMenu.tsx";
import { t } from "../language/language.ts";

/** What stays while pages change: header, rail, and the place of the page. */
export function Shell() {
  const { datasetId } = useParams({ strict: false });
  const lastDatasetId = useLastDataset((state) => state.datasetId);
  useEffect(() => {
    if (datasetId !== undefined) useLastDataset.setState({ datasetId });
  }, [datasetId]);
  useSignInWhenSessionEnds();
  const navigate = useNavigate();
  const isViewer = useIsViewer();
  return (
    <HeaderSlotProvider>
      <a href="#main" className={classes.skip}>
        {t("Skip to the page")}
      </a>
      <div className={classes.shell}>
        <header className={classes.top}>
          <span className={classes.brand}>
            <BrandMark />
          </span>
          <DatasetSwitcher datasetId={datasetId} />
          <HeaderSlot className={classes.slot} />
          <LiveNotice />
          <ThemeToggle />
          <UserMenu />
        </header>
        <Rail datasetId={datasetId ?? lastDatasetId} />
        <main id="main" className={classes.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <KeyList />
      <CommandBarKey datasetId={datasetId ?? lastDatasetId} />
      <TourStart />
      <ShareLayer />
      {!isViewer && <PageDrop onDropped={() => void navigate({ to: "/" })} />}
    </HeaderSlotProvider>
  );
}

/** A session that ends while a page is open leads to the sign-in, which leads back here. */
function useSignInWhenSessionEnds() {
  const signedOut = useSession((session) => session.status === "signed-out");
  const navigate = useNavigate();
  const { href } = useLocation();
  const leave = useEffectEvent(() => {
    void navigate({ to: "/sign-in", search: { to: href === "/" ? undefined : href } });
  });
  useEffect(() => {
    if (signedOut) leave();
  }, [signedOut]);
}

function LiveNotice() {
  const waiting = useLiveStatus((state) => state.status === "waiting");
  return (
    <span role="status" className={classes.live}>
      {waiting && t("Live updates interrupted, reconnecting…")}
    </span>
  );
}
