import { Link, type LinkProps, useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useSession } from "../api/session.ts";
import {
  CompareIcon,
  DataIcon,
  ExploreIcon,
  ReportIcon,
  RunsIcon,
  SettingsIcon,
  UserIcon,
} from "../ui/icons.tsx";
import classes from "./Shell.module.css";
import { t } from "../language/language.ts";

/** The main navigation. Explore leads to the dataset looked at last. */
export function Rail({ datasetId }: { datasetId: number | null }) {
  const { pathname } = useLocation();
  const isAdmin = useSession((session) => session.user?.role === "admin");
  const exploring = pathname.endsWith("/explore");
  const onDataset = /^\/d\/\d+$/.test(pathname);
  return (
    <nav className={classes.rail} aria-label={t("Main")}>
      <RailLink
        to="/"
        active={pathname === "/" || onDataset}
        label={t("Data")}
        icon={<DataIcon size={18} />}
      />
      <RailLink
        to={datasetId === null ? "/explore" : "/d/$datasetId/explore"}
        params={datasetId === null ? {} : { datasetId }}
        active={exploring}
        label={t("Explore")}
        icon={<ExploreIcon size={18} />}
      />
      <RailLink
        to="/runs"
        active={pathname === "/runs"}
        label={t("Runs")}
        icon={<RunsIcon size={18} />}
      />
      <RailLink
        to={datasetId === null ? "/compare" : "/d/$datasetId/compare"}
        params={datasetId === null ? {} : { datasetId }}
        active={pathname.endsWith("/compare")}
        label={t("Compare")}
        icon={<CompareIcon size={18} />}
      />
      <RailLink
        to={datasetId === null ? "/report" : "/d/$datasetId/report"}
        params={datasetId === null ? {} : { datasetId }}
        active={pathname.endsWith("/report")}
        label={t("Report")}
        tour="report"
        icon={<ReportIcon size={18} />}
      />
      <span className={classes.spacer} />
      {isAdmin && (
        <RailLink
          to="/people"
          active={pathname === "/people"}
          label={t("People")}
          icon={<UserIcon size={18} />}
        />
      )}
      <RailLink
        to="/settings"
        active={pathname === "/settings"}
        label={t("Settings")}
        icon={<SettingsIcon size={18} />}
      />
    </nav>
  );
}

interface RailLinkProps {
  to: LinkProps["to"];
  params?: LinkProps["params"];
  active: boolean;
  label: string;
  icon: ReactNode;
  /** Its name for the tour. */
  tour?: string;
}

function RailLink({ to, params, active, label, icon, tour }: RailLinkProps) {
  return (
    <Link
      to={to}
      params={params}
      className={classes.railLink}
      data-active={active || undefined}
      data-tour={tour}
      aria-current={active ? "page" : undefined}
    >
      {icon}
      <span>{label}</span>
    </Link>
  );
}
